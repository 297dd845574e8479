//! Logging in and out, and oneself.

pub(crate) mod change_password;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod show_me;
