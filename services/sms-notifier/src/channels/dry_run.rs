//! Shows each text instead of sending it, so that everything can be tried without an account.

use async_trait::async_trait;
use deskbell_domain::delivery::{Lookup, SendOutcome};

use super::{Channel, Found, Outgoing, Sent, Sought};

/// The channel of installations that have no account, or have switched SMS off.
#[derive(Clone, Copy, Debug)]
pub struct DryRun;

#[async_trait]
impl Channel for DryRun {
    fn name(&self) -> &'static str {
        "dry_run"
    }

    fn sender(&self) -> &'static str {
        "dry_run"
    }

    async fn send(&self, text: &Outgoing<'_>) -> Sent {
        // The one text of a chat that is ever logged: showing it is this channel's job.
        let body = text.body;
        tracing::info!(attempt.id = %text.attempt_id, to = masked(text.to), "SMS (dry run, not sent): {body}");
        Sent { outcome: SendOutcome::Simulated, status: None, code: None }
    }

    async fn look_up(&self, _sought: &Sought<'_>) -> Found {
        Found::nothing(Lookup::Missing)
    }
}

/// The beginning of a number and its last two digits, as people recognise their own.
fn masked(phone: &str) -> String {
    let end = phone.len().saturating_sub(2);
    format!("{}•••{}", phone.get(..2).unwrap_or_default(), phone.get(end..).unwrap_or_default())
}
