//! The visitors' API: takes messages from websites and stores each together with the event that it raises.
//!
//! It publishes nothing from an endpoint and knows no phone number: events go through the outbox, and who is told about
//! them is decided elsewhere. What an endpoint has acknowledged is committed.

mod application;
mod background;
mod endpoints;
mod fields;
mod limits;
mod live_hint;
mod openapi;
mod problems;
mod raise;
mod readiness;
mod routes;
mod settings_watch;
mod state;
mod unassigned;
mod visitor_auth;

pub use application::Application;
pub use openapi::document as openapi_document;
