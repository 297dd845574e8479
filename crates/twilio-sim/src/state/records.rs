//! What the control API and the handle show of the memory.

use deskbell_domain::Timestamp;
use serde::Serialize;

use crate::faults::FaultKind;

/// A request to the API.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord {
    /// Counted from 1.
    pub number: u64,
    /// When it had been read.
    pub at: Timestamp,
    /// `POST`, …
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Query without `?`.
    pub query: Option<String>,
    /// All headers in their order; the password in `authorization` is left out.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: String,
    /// The status of the answer, or `pending`, `dropped`, `reset`.
    pub answer: String,
    /// The fault that struck it.
    pub fault: Option<FaultKind>,
    /// The message that it created.
    pub message_sid: Option<String>,
}

/// A message that the stand-in accepted, sent back or received.
#[derive(Clone, Debug, Serialize)]
pub struct AcceptedMessage {
    /// Counted from 1.
    pub number: u64,
    /// `SM…`.
    pub sid: String,
    /// `outbound-api`, `outbound-reply` or `inbound`.
    pub direction: &'static str,
    /// The recipient.
    pub to: String,
    /// The sender, once chosen.
    pub from: Option<String>,
    /// The Messaging Service.
    pub messaging_service_sid: Option<String>,
    /// The text.
    pub body: String,
    /// How many SMS it takes.
    pub segments: u32,
    /// Where it stands now.
    pub status: String,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Where its status is reported.
    pub status_callback: Option<String>,
    /// Whether the API has been told to delete it.
    pub deleted: bool,
}

/// A callback that was sent, tried or lost.
#[derive(Clone, Debug, Serialize)]
pub struct CallbackRecord {
    /// Counted from 1.
    pub number: u64,
    /// When it ended.
    pub at: Timestamp,
    /// The message that it was about.
    pub message_sid: String,
    /// The status that it reported.
    pub status: String,
    /// The URL that it was signed for.
    pub url: String,
    /// Whether its signature was wrong on purpose.
    pub forged: bool,
    /// How often it was sent: 2 after a failed connection.
    pub attempts: u32,
    /// The receiver's HTTP status, if it answered.
    pub answer: Option<u16>,
    /// Why there is no answer.
    pub error: Option<String>,
}

/// How much there ever was, whatever has been forgotten since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests to the API, recorded or forgotten.
    pub requests: u64,
    /// Messages accepted through the API.
    pub accepted: u64,
    /// Creates that were refused.
    pub refused: u64,
    /// Requests struck by a fault.
    pub faults: u64,
    /// Callbacks that were answered with 2xx.
    pub callbacks_delivered: u64,
    /// Callbacks that were answered otherwise or not at all.
    pub callbacks_failed: u64,
    /// Callbacks that were lost on purpose.
    pub callbacks_lost: u64,
    /// Inbound messages.
    pub inbound: u64,
}
