//! What the provider's later word about a message means for its delivery.

use super::{DeliveryPolicy, DeliveryState, Effect, Progress, Rejection, Resend, Transition};
use crate::time::Timestamp;

/// A message's status in the provider's words (Twilio, Messages resource).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    /// `accepted`, `scheduled`, `queued`, `sending`: taken, not out yet; also any status this product does not know.
    Accepted,
    /// `sent`: handed to the carrier.
    Sent,
    /// `delivered`, `read`, `partially_delivered`.
    Delivered,
    /// `undelivered`.
    Undelivered,
    /// `failed`, `canceled`.
    Failed,
}

impl ProviderStatus {
    /// The state it puts a delivery in.
    pub const fn state(self) -> DeliveryState {
        match self {
            Self::Accepted => DeliveryState::Accepted,
            Self::Sent => DeliveryState::Sent,
            Self::Delivered => DeliveryState::Delivered,
            Self::Undelivered => DeliveryState::Undelivered,
            Self::Failed => DeliveryState::Failed,
        }
    }
}

/// A status with what explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The status.
    pub status: ProviderStatus,
    /// The provider's error code, on failures.
    pub code: Option<u32>,
    /// What the code says of the recipient or the account.
    pub rejection: Option<Rejection>,
    /// Whether the failure is of the passing kind that is worth one more try (30003, 30008, …).
    pub passing: bool,
}

/// What follows from a status: nothing, unless it ranks higher than what is known already.
///
/// `current` is false when a later attempt exists: bad news of an earlier one then says nothing of the delivery.
pub fn after_status(
    progress: &Progress,
    current: bool,
    report: &StatusReport,
    policy: &DeliveryPolicy,
    now: Timestamp,
) -> Option<Transition> {
    let state = report.status.state();
    let bad = matches!(state, DeliveryState::Undelivered | DeliveryState::Failed);
    if state.rank() <= progress.state.rank() || (bad && !current) {
        return None;
    }
    let code = report.code;
    if bad && report.passing && progress.resend.is_none() && now.since(progress.due_at) < policy.expire_after
    {
        return Some(Transition {
            next_at: Some(now.plus(policy.backoff.most)),
            reason: Some("carrier_failure"),
            code,
            resend: Some(Resend::AfterCarrierFailure),
            ..Transition::to(DeliveryState::Ready)
        });
    }
    let effect = match report.rejection {
        Some(Rejection::Recipient) if bad => Effect::DisableRecipient("bad_number"),
        Some(Rejection::OptedOut) if bad => Effect::DisableRecipient("opted_out"),
        _ => Effect::None,
    };
    Some(Transition { code, effect, reason: bad.then_some("carrier"), ..Transition::to(state) })
}
