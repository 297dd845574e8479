//! The panel's API: settings, recipients, chats and logs for the people of the company, and the link in an SMS that opens
//! one chat.
//!
//! Every route stands in one table with who may call it (`routes.rs`), and is refused to everybody else before its
//! handler runs. What people change is written together with its line of the audit log. Nothing is sent from here:
//! a test notification is an event like any other.

mod access;
mod application;
mod audit;
mod bootstrap;
mod cookies;
mod endpoints;
mod events;
mod housekeeping;
mod openapi;
mod pages;
mod paging;
mod passwords;
mod problems;
mod readiness;
mod routes;
mod state;
mod view;

pub use access::Access;
pub use application::Application;
pub use bootstrap::{create_admin, generated_password};
pub use openapi::document as openapi_document;
pub use routes::{Endpoint, endpoints};
