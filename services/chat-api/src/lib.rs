//! The visitors' API: takes messages from websites and stores each together with the event that it raises.
//!
//! It publishes nothing from an endpoint and knows no phone number: events go through the outbox, and who is told about
//! them is decided elsewhere. What an endpoint has acknowledged is committed.

mod answer_time;
mod application;
mod background;
mod business_hours;
mod endpoints;
mod fields;
mod limits;
mod live;
mod openapi;
mod problems;
mod raise;
mod readiness;
mod routes;
mod sending;
mod settings_watch;
mod state;
mod storing;
mod unassigned;
mod visitor_auth;
mod web_files;

pub use application::Application;
pub use openapi::document as openapi_document;
