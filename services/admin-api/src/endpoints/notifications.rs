//! Who is told what, and what became of it.

mod settings_body;

pub(crate) mod add_recipient;
pub(crate) mod edit_recipient;
pub(crate) mod list_deliveries;
pub(crate) mod list_recipients;
pub(crate) mod remove_recipient;
pub(crate) mod save_settings;
pub(crate) mod send_test;
pub(crate) mod show_settings;
pub(crate) mod show_test;
