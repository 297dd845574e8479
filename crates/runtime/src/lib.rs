//! What every Deskbell process needs before it can do its own work: settings, logs, metrics, TLS, an orderly stop.
//!
//! It knows nothing about chats, SMS or databases; those crates take the parts of [`Settings`] they need.

pub mod settings;

pub use settings::{Settings, SettingsError, SmsChannel};
