//! The sender's budget: how fast and how much may be sent. Decided under a lock on the sender's row, before a request.
//!
//! Rate: a segment takes `1 / segments_per_second` of the sender's time, and the next message waits until that has
//! passed; so no window of time ever holds more than the rate allows, however many processes send (GCRA with no burst).
//! A sender of more than 20 segments a second may be ahead of that by at most 50 ms: it is asked for many at a time.
//! Cap: segments are reserved when a message is admitted and given back only when it certainly was not sent.

use std::time::Duration;

use crate::time::Timestamp;

const DAY_US: i64 = 86_400 * 1_000_000;
/// How much of a fast sender's time may be given away in advance.
const STEP: Duration = Duration::from_millis(50);

/// What is known of a sender; one row in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderBudget {
    /// When the sender may start the next message.
    pub next_free_at: Timestamp,
    /// The day (UTC, days since the epoch) that `segments` belongs to.
    pub day: i64,
    /// Segments reserved on that day.
    pub segments: u32,
    /// Nothing is sent before this instant, because the configuration or the account is not right.
    pub circuit_until: Option<Timestamp>,
}

/// The limits that apply.
#[derive(Clone, Copy, Debug)]
pub struct SpendRules {
    /// Sender time that one segment takes; Twilio: a US long code sends one segment a second.
    pub segment_time: Duration,
    /// Most segments a day.
    pub daily_cap: u32,
}

impl SpendRules {
    /// How far ahead of its rate the sender may be; nothing when a single segment takes longer than a step.
    fn slack(&self) -> Duration {
        STEP.saturating_sub(self.segment_time)
    }

    /// The share of the cap that only urgent notices may use: a tenth, at least one segment.
    fn urgent_reserve(&self) -> u32 {
        (self.daily_cap / 10).max(1).min(self.daily_cap)
    }
}

/// Whether a message may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes; its segments are reserved and the sender is busy for a while.
    Granted,
    /// Not before this instant.
    Wait(Timestamp),
    /// Not today: the cap is reached.
    CapReached,
}

impl SenderBudget {
    /// A sender that has sent nothing yet.
    pub const fn unused() -> Self {
        Self { next_free_at: Timestamp::from_micros(0), day: 0, segments: 0, circuit_until: None }
    }

    /// Asks for `segments`; reserves them when granted.
    pub fn admit(&mut self, segments: u32, urgent: bool, rules: &SpendRules, now: Timestamp) -> Admission {
        if let Some(until) = self.circuit_until.filter(|until| *until > now) {
            return Admission::Wait(until);
        }
        self.roll_over(now);
        let cap = if urgent { rules.daily_cap } else { rules.daily_cap - rules.urgent_reserve() };
        if self.segments.saturating_add(segments) > cap {
            return Admission::CapReached;
        }
        let admitted_from = self.next_free_at.minus(rules.slack());
        if admitted_from > now {
            return Admission::Wait(admitted_from);
        }
        self.next_free_at = self.next_free_at.max(now).plus(rules.segment_time.saturating_mul(segments));
        self.segments += segments;
        Admission::Granted
    }

    /// Gives back what was reserved for a message that certainly was not sent.
    pub fn refund(&mut self, segments: u32, reserved_at: Timestamp) {
        if day_of(reserved_at) == self.day {
            self.segments = self.segments.saturating_sub(segments);
        }
    }

    fn roll_over(&mut self, now: Timestamp) {
        let today = day_of(now);
        if today > self.day {
            (self.day, self.segments) = (today, 0);
        }
    }
}

fn day_of(instant: Timestamp) -> i64 {
    instant.as_micros().div_euclid(DAY_US)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: SpendRules = SpendRules { segment_time: Duration::from_millis(500), daily_cap: 20 };
    const START: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

    #[test]
    fn the_last_tenth_is_for_urgent_notices() {
        let rules = SpendRules { segment_time: Duration::ZERO, daily_cap: 20 };
        let mut budget = SenderBudget::unused();
        for _ in 0..18 {
            assert_eq!(budget.admit(1, false, &rules, START), Admission::Granted);
        }
        assert_eq!(budget.admit(1, false, &rules, START), Admission::CapReached);
        assert_eq!(budget.admit(1, true, &rules, START), Admission::Granted);
        assert_eq!(budget.admit(2, true, &rules, START), Admission::CapReached);
    }

    #[test]
    fn a_refund_counts_only_on_its_own_day() {
        let rules = SpendRules { segment_time: Duration::ZERO, daily_cap: 20 };
        let mut budget = SenderBudget::unused();
        budget.admit(3, true, &rules, START);
        budget.refund(3, START.minus(Duration::from_secs(86_400)));
        assert_eq!(budget.segments, 3);
        budget.refund(3, START);
        assert_eq!(budget.segments, 0);
        budget.admit(3, true, &rules, START);
        budget.admit(1, true, &rules, START.plus(Duration::from_secs(86_400)));
        assert_eq!(budget.segments, 1);
    }

    #[test]
    fn an_open_circuit_holds_everything_back_until_it_closes() {
        let until = START.plus(Duration::from_secs(60));
        let mut budget = SenderBudget { circuit_until: Some(until), ..SenderBudget::unused() };
        assert_eq!(budget.admit(1, true, &RULES, START), Admission::Wait(until));
        assert_eq!(budget.admit(1, true, &RULES, until), Admission::Granted);
    }

    #[test]
    fn a_fast_sender_is_given_a_step_at_once_and_its_rate_over_time() {
        let rules = SpendRules { segment_time: Duration::from_millis(10), daily_cap: 1_000 };
        let mut budget = SenderBudget::unused();
        let mut granted_at =
            |now| (0..100).take_while(|_| budget.admit(1, false, &rules, now) == Admission::Granted).count();
        assert_eq!(granted_at(START), 5);
        let later =
            (1..=100).map(|step| granted_at(START.plus(Duration::from_millis(10) * step))).sum::<usize>();
        assert_eq!(later, 100);
    }

    proptest! {
        #[test]
        fn rate_and_cap_hold_in_every_order(asks in prop::collection::vec((1u32..4, any::<bool>(), 0u64..900_000), 1..200)) {
            let mut budget = SenderBudget::unused();
            let (mut now, mut granted) = (START, Vec::new());
            for (segments, urgent, gap_us) in asks {
                now = now.plus(Duration::from_micros(gap_us));
                if budget.admit(segments, urgent, &RULES, now) == Admission::Granted {
                    granted.push((now, segments));
                }
            }
            prop_assert!(granted.iter().map(|(_, segments)| segments).sum::<u32>() <= RULES.daily_cap * 2);
            for pair in granted.windows(2) {
                prop_assert!(pair[1].0.since(pair[0].0) >= RULES.segment_time * pair[0].1);
            }
        }
    }
}
