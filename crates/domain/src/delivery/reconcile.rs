//! What becomes of an attempt whose fate is not known.

use std::time::Duration;

use super::outcome::ambiguous;
use super::{DeliveryPolicy, DeliveryState, Progress, ProviderStatus, Resend, Transition};
use crate::time::Timestamp;

/// What the provider's list of messages said about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It is there, with this status.
    Found(ProviderStatus),
    /// The list answered, and it is not there.
    Missing,
    /// The list did not answer.
    NoAnswer,
}

/// The lease ran out while the request was in flight: its sender died or hangs.
pub fn after_crash(progress: &Progress, now: Timestamp) -> Option<Transition> {
    (progress.state == DeliveryState::Sending).then(|| ambiguous("interrupted", now))
}

/// What follows from looking an ambiguous attempt up.
///
/// `started_at` is when its request began. Silence of the list proves nothing: the window ends only with an answer.
pub fn after_lookup(
    progress: &Progress,
    lookup: Lookup,
    started_at: Timestamp,
    policy: &DeliveryPolicy,
    now: Timestamp,
) -> Option<Transition> {
    if progress.state != DeliveryState::Ambiguous {
        return None;
    }
    let age = now.since(started_at);
    let expired = now.since(progress.due_at) >= policy.expire_after;
    Some(match lookup {
        Lookup::Found(status) => Transition::to(status.state()),
        Lookup::NoAnswer if expired => unknown("provider_silent"),
        Lookup::NoAnswer => look_again(age, now),
        Lookup::Missing if age < policy.reconcile_window => look_again(age, now),
        // One repeat at most: what went missing twice will not be helped by a third message.
        Lookup::Missing if !policy.resend_when_unresolved || progress.resend.is_some() || expired => {
            unknown("not_found")
        }
        Lookup::Missing => Transition {
            next_at: Some(now),
            reason: Some("not_found"),
            resend: Some(Resend::PossibleDuplicate),
            ..Transition::to(DeliveryState::Ready)
        },
    })
}

fn unknown(reason: &'static str) -> Transition {
    Transition { reason: Some(reason), ..Transition::to(DeliveryState::Unknown) }
}

/// Soon at first, when a callback or the list usually knows, then at half the age, a minute at most.
fn look_again(age: Duration, now: Timestamp) -> Transition {
    let pause = (age / 2).clamp(Duration::from_secs(2), Duration::from_secs(60));
    Transition {
        next_at: Some(now.plus(pause)),
        reason: Some("looking_up"),
        ..Transition::to(DeliveryState::Ambiguous)
    }
}
