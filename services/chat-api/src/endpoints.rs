//! One file for each endpoint, and what a message looks like.

pub(crate) mod follow_conversation;
pub(crate) mod list_messages;
pub(crate) mod message;
pub(crate) mod send_message;
pub(crate) mod show_widget;
pub(crate) mod start_conversation;

pub(crate) use follow_conversation::follow_conversation;
pub(crate) use list_messages::list_messages;
pub(crate) use send_message::send_message;
pub(crate) use show_widget::show_widget;
pub(crate) use start_conversation::start_conversation;
