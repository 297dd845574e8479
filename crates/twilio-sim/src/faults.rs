//! Scripted faults: what goes wrong, for which requests, and which of them has its turn.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The message is accepted, then the connection closes without an answer.
    AcceptThenDrop,
    /// The message is accepted, the answer is a 500.
    #[serde(rename = "accept_then_500")]
    AcceptThen500,
    /// Nothing is accepted, the answer is a 500.
    #[serde(rename = "error_500")]
    Error500,
    /// No answer for `delay_ms`, or ever; accepted only with `accept`.
    Hang,
    /// The message is accepted, the answer trickles over `delay_ms` (default 2,000).
    SlowBody,
    /// The message is accepted, the answer breaks off in the middle of its JSON.
    TruncatedJson,
    /// A proxy's HTML with status 502; accepted only with `accept`.
    #[serde(rename = "html_502")]
    Html502,
    /// 429 with code 20429, with `Retry-After` if `retry_after` is given.
    #[serde(rename = "rate_limited_429")]
    RateLimited,
    /// 429 with code 63038: the account's daily cap.
    #[serde(rename = "daily_limit_63038")]
    DailyLimit,
    /// 401 with code 20003, whatever the credentials.
    #[serde(rename = "unauthorized_401")]
    Unauthorized,
    /// The connection is reset before the request is read (with `to`: once it is read).
    ResetBeforeReading,
    /// 429 with code 21611: the sender's queue is full.
    #[serde(rename = "queue_full_21611")]
    QueueFull,
    /// Any other refusal: `status`, `code` and `message`.
    ApiError,
}

/// Which requests a fault concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Creating a message.
    #[default]
    Create,
    /// Listing messages.
    List,
    /// Fetching, changing or deleting one message, or fetching the account.
    Fetch,
    /// All of them.
    Any,
}

impl Operation {
    fn covers(self, operation: Self) -> bool {
        self == Self::Any || self == operation
    }
}

/// A fault with the conditions under which it strikes; all that are given must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Which requests it concerns.
    #[serde(default)]
    pub on: Operation,
    /// Only requests with this `To`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only the n-th request that this fault concerns, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Only each n-th request that this fault concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// At most so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// With this probability, by the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// From so long after the fault was scripted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
    /// For so long from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
    /// How long `hang` and `slow_body` take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The `Retry-After` header of `rate_limited_429`, as it is sent: seconds or a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// Whether `hang` and `html_502` accept the message.
    #[serde(default)]
    pub accept: bool,
    /// HTTP status of `api_error` (default 400).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Twilio's code of `api_error` (default 20422).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// Twilio's words of `api_error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl FaultSpec {
    /// A fault that strikes every create request.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            on: Operation::Create,
            to: None,
            nth: None,
            every: None,
            times: None,
            probability: None,
            after_ms: None,
            for_ms: None,
            delay_ms: None,
            retry_after: None,
            accept: false,
            status: None,
            code: None,
            message: None,
        }
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay_ms.map(Duration::from_millis)
    }

    /// Whether it can strike before the request's body is known.
    fn strikes_unread(&self) -> bool {
        self.kind == FaultKind::ResetBeforeReading && self.to.is_none()
    }

    fn window_is_open(&self, age: Duration) -> bool {
        let opens = Duration::from_millis(self.after_ms.unwrap_or(0));
        age >= opens && self.for_ms.is_none_or(|for_ms| age < opens + Duration::from_millis(for_ms))
    }
}

/// A scripted fault and what it has done.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) id: u64,
    pub(crate) spec: FaultSpec,
    /// Requests that it concerned.
    pub(crate) seen: u64,
    /// Requests that it struck.
    pub(crate) struck: u64,
    #[serde(skip)]
    since: Instant,
}

/// All scripted faults, in the order in which they were scripted.
#[derive(Debug, Default)]
pub(crate) struct FaultBook {
    faults: BTreeMap<u64, Fault>,
    last_id: u64,
}

impl FaultBook {
    /// Most faults at a time.
    const FAULTS_MAX: usize = 1_000;

    /// Adds a fault; `None` when there are too many.
    pub(crate) fn add(&mut self, spec: FaultSpec) -> Option<u64> {
        if self.faults.len() >= Self::FAULTS_MAX {
            return None;
        }
        self.last_id += 1;
        self.put(self.last_id, spec);
        Some(self.last_id)
    }

    /// Replaces a fault, which starts counting anew; `false` when there is none of this id.
    pub(crate) fn replace(&mut self, id: u64, spec: FaultSpec) -> bool {
        let known = self.faults.contains_key(&id);
        if known {
            self.put(id, spec);
        }
        known
    }

    fn put(&mut self, id: u64, spec: FaultSpec) {
        self.faults.insert(id, Fault { id, spec, seen: 0, struck: 0, since: Instant::now() });
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Fault> {
        self.faults.get(&id)
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        self.faults.remove(&id).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.faults.values()
    }

    /// The fault that strikes a request of which only the header is known.
    pub(crate) fn strike_unread(&mut self, operation: Operation, rng: &mut StdRng) -> Option<FaultSpec> {
        self.strike(rng, |spec| spec.strikes_unread() && spec.on.covers(operation))
    }

    /// The fault that strikes a request that has been read.
    pub(crate) fn strike_read(
        &mut self,
        operation: Operation,
        to: Option<&str>,
        rng: &mut StdRng,
    ) -> Option<FaultSpec> {
        self.strike(rng, |spec| {
            let concerned = spec.to.is_none() || spec.to.as_deref() == to;
            !spec.strikes_unread() && spec.on.covers(operation) && concerned
        })
    }

    /// Counts the request at every fault that it concerns; the first that wants to strikes.
    fn strike(&mut self, rng: &mut StdRng, concerns: impl Fn(&FaultSpec) -> bool) -> Option<FaultSpec> {
        let now = Instant::now();
        let mut struck = None;
        for fault in self.faults.values_mut() {
            if !fault.spec.window_is_open(now.duration_since(fault.since)) || !concerns(&fault.spec) {
                continue;
            }
            fault.seen += 1;
            if struck.is_none() && fault.wants_to_strike(rng) {
                fault.struck += 1;
                struck = Some(fault.spec.clone());
            }
        }
        struck
    }
}

impl Fault {
    fn wants_to_strike(&self, rng: &mut StdRng) -> bool {
        self.spec.times.is_none_or(|times| self.struck < times)
            && self.spec.nth.is_none_or(|nth| self.seen == nth)
            && self.spec.every.is_none_or(|every| self.seen.is_multiple_of(every.max(1)))
            && self.spec.probability.is_none_or(|probability| rng.random_bool(probability.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn strikes(book: &mut FaultBook, requests: usize) -> Vec<usize> {
        let mut rng = StdRng::seed_from_u64(7);
        (1..=requests)
            .filter(|_| book.strike_read(Operation::Create, Some("+1"), &mut rng).is_some())
            .collect()
    }

    fn book(spec: FaultSpec) -> FaultBook {
        let mut book = FaultBook::default();
        book.add(spec);
        book
    }

    #[test]
    fn counting_conditions_choose_the_requests() {
        let error = FaultSpec::new(FaultKind::Error500);
        assert_eq!(strikes(&mut book(FaultSpec { nth: Some(2), ..error.clone() }), 4), [2]);
        assert_eq!(strikes(&mut book(FaultSpec { every: Some(2), ..error.clone() }), 5), [2, 4]);
        assert_eq!(strikes(&mut book(FaultSpec { times: Some(2), ..error.clone() }), 4), [1, 2]);
        assert_eq!(strikes(&mut book(FaultSpec { to: Some("+2".into()), ..error.clone() }), 4), [0; 0]);
        assert_eq!(strikes(&mut book(FaultSpec { on: Operation::List, ..error.clone() }), 4), [0; 0]);
        assert_eq!(strikes(&mut book(FaultSpec { on: Operation::Any, times: Some(1), ..error }), 4), [1]);
    }

    #[test]
    fn chance_repeats_with_the_seed() {
        let spec = FaultSpec { probability: Some(0.5), ..FaultSpec::new(FaultKind::Error500) };
        let (first, second) = (strikes(&mut book(spec.clone()), 50), strikes(&mut book(spec), 50));
        assert_eq!(first, second);
        assert!(first.len() > 10 && first.len() < 40);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_opens_and_closes() {
        let spec = FaultSpec { after_ms: Some(10), for_ms: Some(10), ..FaultSpec::new(FaultKind::Error500) };
        let mut book = book(spec);
        assert_eq!(strikes(&mut book, 2), [0; 0]);
        tokio::time::advance(Duration::from_millis(10)).await;
        assert_eq!(strikes(&mut book, 2), [1, 2]);
        tokio::time::advance(Duration::from_millis(10)).await;
        assert_eq!(strikes(&mut book, 2), [0; 0]);
    }

    #[test]
    fn only_a_reset_without_recipient_strikes_unread() {
        let mut rng = StdRng::seed_from_u64(7);
        let reset = FaultSpec::new(FaultKind::ResetBeforeReading);
        let mut open = book(reset.clone());
        assert!(open.strike_read(Operation::Create, Some("+1"), &mut rng).is_none());
        assert!(open.strike_unread(Operation::Create, &mut rng).is_some());
        let mut for_one = book(FaultSpec { to: Some("+1".into()), ..reset });
        assert!(for_one.strike_unread(Operation::Create, &mut rng).is_none());
        assert!(for_one.strike_read(Operation::Create, Some("+1"), &mut rng).is_some());
    }
}
