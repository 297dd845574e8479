//! The ordinary queries, written once and compiled for each database.

use super::Conn;
pub(crate) use super::{mark_published, take_outbox};

pub(crate) mod admin;
pub(crate) mod audited;
pub(crate) mod budgets;
pub(crate) mod chats;
pub(crate) mod claim;
pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod ingest;
pub(crate) mod links;
pub(crate) mod live;
pub(crate) mod recipients;
pub(crate) mod retention;
pub(crate) mod transitions;
pub(crate) mod users;
