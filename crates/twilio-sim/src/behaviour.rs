//! How the stand-in behaves when no fault is scripted; changeable while it runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The changeable settings, as the control API shows and takes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// How long the API takes to answer. A create is accepted at the beginning of that time.
    pub latency_ms: u64,
    /// Random addition to the latency, by the seed.
    pub latency_jitter_ms: u64,
    /// Time between two statuses of a message.
    pub step_ms: u64,
    /// How status callbacks go.
    pub callbacks: CallbackMode,
    /// By how much [`CallbackMode::Late`] delays.
    pub late_ms: u64,
    /// How long a new message is missing from lists.
    pub list_visibility_delay_ms: u64,
    /// Whether lists begin with the newest message; Twilio does not promise it.
    pub list_newest_first: bool,
    /// Whether a message that has no `date_sent` yet matches filters on it; Twilio does not say.
    pub unsent_matches_date_filter: bool,
    /// Where inbound messages are posted.
    pub inbound_url: Option<String>,
    /// Whether inbound stop words carry `OptOutType`.
    pub advanced_opt_out: bool,
    /// Whether texts get the trial account's sentence before them.
    pub trial: bool,
    /// Whether the account behaves like test credentials: only magic senders, no callbacks.
    pub test_credentials: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            latency_jitter_ms: 0,
            step_ms: 200,
            callbacks: CallbackMode::Normal,
            late_ms: 5_000,
            list_visibility_delay_ms: 0,
            list_newest_first: true,
            unsent_matches_date_filter: false,
            inbound_url: None,
            advanced_opt_out: false,
            trial: false,
            test_credentials: false,
        }
    }
}

impl Behaviour {
    pub(crate) fn step(&self) -> Duration {
        Duration::from_millis(self.step_ms)
    }
}

/// How status callbacks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackMode {
    /// Each once, in order, in time.
    Normal,
    /// None, and none is recorded: for benchmarks.
    Off,
    /// The first arrives before the answer to the create.
    Early,
    /// Each delayed by [`Behaviour::late_ms`].
    Late,
    /// None arrives; each is recorded as lost.
    Lost,
    /// Each twice, with the same idempotency token.
    Duplicated,
    /// The last one first.
    Reordered,
    /// Each preceded by one of somebody who does not know the auth token and claims that the message failed.
    Forged,
}

/// Exceptions for one phone number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecipientRule {
    /// Another way of callbacks.
    pub callbacks: Option<CallbackMode>,
    /// Another fate of messages.
    pub outcome: Option<Outcome>,
}

/// What becomes of messages to a number after they were queued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The statuses in their order, such as `["sent", "undelivered"]`.
    pub statuses: Vec<String>,
    /// The error code of `failed` and `undelivered`.
    #[serde(default)]
    pub error_code: Option<u32>,
}

impl Default for Outcome {
    fn default() -> Self {
        Self { statuses: vec!["sent".to_owned(), "delivered".to_owned()], error_code: None }
    }
}
