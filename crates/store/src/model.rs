//! What the store hands out: one file for each thing, a struct a row.

pub mod admin;
pub mod conversation;
pub mod delivery;
pub mod event;
pub(crate) mod insert;
pub mod link;
pub mod live;
pub mod recipient;
pub mod user;
