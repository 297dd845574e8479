//! Users of the panel.

pub(crate) mod add_user;
pub(crate) mod list_users;
