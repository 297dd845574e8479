//! One file for each endpoint, and what they share: storing a message, showing it.

pub(crate) mod list_messages;
pub(crate) mod message;
pub(crate) mod send_message;
pub(crate) mod start_conversation;
mod storing;

pub(crate) use list_messages::list_messages;
pub(crate) use send_message::send_message;
pub(crate) use start_conversation::start_conversation;
