//! What a request's end means for its delivery.

use std::time::Duration;

use super::{DeliveryPolicy, DeliveryState, Effect, Jitter, Progress, ProviderStatus, Transition};
use crate::time::Timestamp;

/// How a request to the provider ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider took it (HTTP 201).
    Accepted {
        /// The provider's id of the message.
        sid: String,
        /// The status it answered with.
        status: ProviderStatus,
    },
    /// Not one byte of the request left this machine.
    NotSent,
    /// The provider refused to look at it (HTTP 429) and says when to come back, if it does.
    RateLimited {
        /// From `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// The provider refused it for good (HTTP 4xx).
    Rejected {
        /// The provider's error code.
        code: Option<u32>,
        /// What kind of refusal it is.
        rejection: Rejection,
    },
    /// The request may or may not have been taken: 5xx, timeout, reset, unreadable answer.
    Ambiguous,
    /// The dry-run channel showed it.
    Simulated,
}

/// The kinds of refusal that call for different mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The number cannot receive texts, now or later.
    Recipient,
    /// The recipient opted out; only they can opt in again.
    OptedOut,
    /// The account, its sender or its permissions are not right: nothing can be sent until that is mended.
    Configuration,
    /// The account's own daily allowance is used up.
    DailyLimit,
    /// Something about this one request.
    Request,
}

/// What follows from the end of the attempt in flight.
///
/// `current` is false when a later attempt of the same delivery exists: then only good news counts.
pub fn after_send(
    progress: &Progress,
    current: bool,
    outcome: &SendOutcome,
    policy: &DeliveryPolicy,
    jitter: Jitter,
    now: Timestamp,
) -> Option<Transition> {
    if let SendOutcome::Accepted { status, .. } = outcome {
        let state = status.state();
        return (state.rank() > progress.state.rank()).then(|| Transition::to(state));
    }
    // A callback that came before the answer has already told the truth about this attempt.
    if !current || !matches!(progress.state, DeliveryState::Sending | DeliveryState::Ambiguous) {
        return None;
    }
    Some(match outcome {
        SendOutcome::Accepted { .. } => return None,
        SendOutcome::Simulated => Transition::to(DeliveryState::Simulated),
        SendOutcome::NotSent => again("not_sent", now.plus(policy.backoff.after(progress.attempts, jitter))),
        SendOutcome::RateLimited { retry_after } => {
            let pause = policy.backoff.after(progress.attempts, jitter).max(retry_after.unwrap_or_default());
            again("rate_limited", now.plus(pause))
        }
        SendOutcome::Rejected { code, rejection } => {
            Transition { code: *code, ..refused(*rejection, policy, now) }
        }
        SendOutcome::Ambiguous => ambiguous("no_clear_answer", now),
    })
}

pub(super) fn ambiguous(reason: &'static str, now: Timestamp) -> Transition {
    Transition { next_at: Some(now), reason: Some(reason), ..Transition::to(DeliveryState::Ambiguous) }
}

fn again(reason: &'static str, next_at: Timestamp) -> Transition {
    Transition {
        next_at: Some(next_at),
        reason: Some(reason),
        refund: true,
        ..Transition::to(DeliveryState::Ready)
    }
}

fn refused(rejection: Rejection, policy: &DeliveryPolicy, now: Timestamp) -> Transition {
    let failed = |reason, effect| Transition {
        reason: Some(reason),
        refund: true,
        effect,
        ..Transition::to(DeliveryState::Failed)
    };
    match rejection {
        Rejection::Recipient => failed("bad_number", Effect::DisableRecipient("bad_number")),
        Rejection::OptedOut => failed("opted_out", Effect::DisableRecipient("opted_out")),
        Rejection::Request => failed("refused", Effect::None),
        Rejection::Configuration => {
            let until = now.plus(policy.circuit_open);
            Transition { effect: Effect::OpenCircuit(until), ..again("configuration", until) }
        }
        Rejection::DailyLimit => {
            let until = next_day(now);
            Transition { effect: Effect::OpenCircuit(until), ..again("provider_daily_limit", until) }
        }
    }
}

/// The next midnight UTC, when Twilio's daily allowance starts anew (error 63038).
fn next_day(now: Timestamp) -> Timestamp {
    const DAY_US: i64 = 86_400 * 1_000_000;
    Timestamp::from_micros((now.as_micros().div_euclid(DAY_US) + 1).saturating_mul(DAY_US))
}
