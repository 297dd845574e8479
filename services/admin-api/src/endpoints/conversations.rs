//! The inbox.

mod change;

pub(crate) mod assign;
pub(crate) mod claim;
pub(crate) mod close;
pub(crate) mod list;
pub(crate) mod list_messages;
pub(crate) mod reopen;
pub(crate) mod reply;
pub(crate) mod revoke_links;
pub(crate) mod show;
pub(crate) mod show_timeline;
