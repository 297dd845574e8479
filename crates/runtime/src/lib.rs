//! What every Deskbell process needs before it can do its own work: settings, logs, metrics, TLS, an orderly stop.
//!
//! It knows nothing about chats, SMS or databases; those crates take the parts of [`Settings`] they need.

pub mod exit;
pub mod metrics;
mod process;
pub mod retry;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod tls;

pub use process::main;
pub use settings::{Settings, SettingsError, SmsChannel};
pub use tokio_util::sync::CancellationToken;
