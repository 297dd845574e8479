//! The few pages that people see without the panel: the start page, and the one chat that the link in an SMS opens.
//!
//! They work without JavaScript, on a narrow screen and with a screen reader. What customers wrote is only ever text: all
//! of it goes through the templates' escaping, and the policy of each page forbids scripts altogether.

mod chat_view;
mod form;
mod layout;

pub(crate) mod close;
pub(crate) mod home;
pub(crate) mod open_link;
pub(crate) mod reply;
pub(crate) mod show_chat;
pub(crate) mod show_link;
pub(crate) mod stylesheet;
pub(crate) mod take;

pub(crate) use layout::refusal;
