//! The ways in which people are told: the one open set of this service. A new channel is a file here and an arm in
//! [`open`].

mod dry_run;
mod sms;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::delivery::{Lookup, SendOutcome};
use deskbell_domain::{AttemptId, Timestamp};
use deskbell_runtime::Settings;
use deskbell_runtime::settings::SmsChannel;
use secrecy::SecretString;

pub use dry_run::DryRun;
pub use sms::Sms;
pub(crate) use sms::{rejection, status_of};

/// A text on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The attempt; its id goes into the callback URL.
    pub attempt_id: AttemptId,
    /// The number, E.164.
    pub to: &'a str,
    /// The text.
    pub body: &'a str,
}

/// How a request ended, for the machine and for the log.
#[derive(Clone, Debug)]
pub struct Sent {
    /// For the machine.
    pub outcome: SendOutcome,
    /// The provider's status, as it said it.
    pub status: Option<String>,
    /// The provider's error code.
    pub code: Option<u32>,
}

/// What is known of an attempt whose fate is not.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// The number it was sent to.
    pub to: &'a str,
    /// What tells its text from all others.
    pub reference: &'a str,
    /// When its request was about to start.
    pub started_at: Timestamp,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Found {
    /// For the machine.
    pub lookup: Lookup,
    /// The provider's id.
    pub sid: Option<String>,
    /// The provider's status, as it said it.
    pub status: Option<String>,
    /// The provider's error code.
    pub code: Option<u32>,
}

impl Found {
    /// The provider did not answer, or does not have it.
    pub const fn nothing(lookup: Lookup) -> Self {
        Self { lookup, sid: None, status: None, code: None }
    }
}

/// A way in which people are told.
#[async_trait]
pub trait Channel: Debug + Send + Sync {
    /// The stable name, as stored and shown.
    fn name(&self) -> &'static str;

    /// Whose budget a text draws on: texts of one sender share its rate.
    fn sender(&self) -> &str;

    /// Makes the request, once.
    async fn send(&self, text: &Outgoing<'_>) -> Sent;

    /// Looks for an attempt in the provider's own records.
    async fn look_up(&self, sought: &Sought<'_>) -> Found;
}

/// The channel that the settings ask for, and what its callbacks are signed with.
///
/// # Errors
/// When the settings contradict themselves.
pub fn open(settings: &Settings) -> anyhow::Result<(Arc<dyn Channel>, Option<SecretString>)> {
    match settings.sms_channel()? {
        SmsChannel::Twilio(account) => {
            let token = account.auth_token.clone();
            Ok((Arc::new(Sms::new(&account, settings.public.notifier_url.as_ref())?), Some(token)))
        }
        SmsChannel::DryRun { reason } => {
            tracing::warn!(reason = %reason, "no SMS will be sent: each is shown here and in the delivery log instead");
            Ok((Arc::new(DryRun), None))
        }
    }
}
