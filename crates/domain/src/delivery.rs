//! The life of one notice to one recipient, as pure functions: no I/O, no clock, no database.
//!
//! ```text
//! ready ── cap reserved, attempt committed ──► sending
//! sending ─201─► accepted      ─429, or no byte was sent─► ready (backoff, cap given back)
//!         ─4xx─► failed        ─5xx, timeout, reset, crash─► ambiguous (cap kept)
//! ambiguous ─callback of the attempt, or found in the provider's list─► accepted
//!           ─not seen within the window, the list having answered─► ready (possible duplicate) or unknown
//! accepted → sent → delivered | undelivered | failed
//! ```
//!
//! Two rules hold everywhere: a status only rises, and a request whose fate is not known is never blindly repeated,
//! because the provider has no idempotency key (Twilio, error 20500: "SMS POSTs are not idempotent").

mod backoff;
mod outcome;
mod reconcile;
mod state;
mod status;

pub use backoff::{Backoff, Jitter};
pub use outcome::{Rejection, SendOutcome, after_send};
pub use reconcile::{Lookup, after_crash, after_lookup};
pub use state::{DeliveryState, DeliveryStateError, Resend};
pub use status::{ProviderStatus, StatusReport, after_status};

use std::time::Duration;

use crate::time::Timestamp;

/// What the machine needs to know of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts made so far, the one in flight included.
    pub attempts: u32,
    /// Whether another message for the same notice may have gone out before.
    pub resend: Option<Resend>,
    /// When the notice became due.
    pub due_at: Timestamp,
}

/// The knobs of the machine.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryPolicy {
    /// How long an attempt may be in flight before it counts as lost; longer than the HTTP client's total timeout.
    pub lease: Duration,
    /// The total timeout of a request. One that could outlive its lease is not begun.
    pub request_timeout: Duration,
    /// How long an ambiguous attempt is looked for before it is given up.
    pub reconcile_window: Duration,
    /// Whether an attempt that was not found is sent again and marked as a possible duplicate.
    pub resend_when_unresolved: bool,
    /// A notice older than this is not worth sending any more.
    pub expire_after: Duration,
    /// Waiting times between repeated requests.
    pub backoff: Backoff,
    /// How long a circuit stays open after an error of the configuration.
    pub circuit_open: Duration,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            request_timeout: Duration::from_secs(10),
            reconcile_window: Duration::from_secs(180),
            resend_when_unresolved: true,
            expire_after: Duration::from_secs(24 * 3_600),
            backoff: Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60) },
            circuit_open: Duration::from_secs(60),
        }
    }
}

/// What becomes of a delivery, and what else has to be written in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Where it stands from now on.
    pub state: DeliveryState,
    /// When somebody has to look at it again.
    pub next_at: Option<Timestamp>,
    /// Why, as a stable word (`rate_limited`, `opted_out`, …); shown in the delivery log.
    pub reason: Option<&'static str>,
    /// The provider's error code.
    pub code: Option<u32>,
    /// Set when another message for the same notice may exist.
    pub resend: Option<Resend>,
    /// Whether the segments reserved for the attempt go back to the budget.
    pub refund: bool,
    /// What follows for others.
    pub effect: Effect,
}

/// What a transition means beyond its own delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    #[default]
    None,
    /// The recipient cannot be texted any more, for the stated reason.
    DisableRecipient(&'static str),
    /// Nothing can be sent until then; somebody has to mend the configuration.
    OpenCircuit(Timestamp),
}

impl Transition {
    fn to(state: DeliveryState) -> Self {
        Self {
            state,
            next_at: None,
            reason: None,
            code: None,
            resend: None,
            refund: false,
            effect: Effect::None,
        }
    }
}

#[cfg(test)]
mod tests;
