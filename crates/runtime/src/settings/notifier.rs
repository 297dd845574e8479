//! How SMS are sent: pace, retries, what happens when Twilio's answer is lost.

use std::time::Duration;

use serde::Deserialize;

use super::check::{Check, Section};

/// `[notifier]`: sending.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifierSettings {
    /// Requests to Twilio at once, in the ordinary lane.
    pub in_flight: usize,
    /// Requests to Twilio at once, in the lane that only urgent notices use.
    pub urgent_in_flight: usize,
    /// How long one process may hold a delivery before another may take it.
    pub lease_ms: u64,
    /// How often due deliveries are looked for when nothing wakes the sender.
    pub claim_poll_ms: u64,
    /// SMS segments a second from one sender. Carriers take 1 from a US long code, 3 from a toll-free number, about
    /// 100 from a short code.
    pub segments_per_second: f64,
    /// Shortest wait before a refused request is tried again.
    pub retry_delay_min_ms: u64,
    /// Longest wait before a refused request is tried again.
    pub retry_delay_max_ms: u64,
    /// How long a send whose answer was lost is looked for at Twilio before it counts as not sent.
    pub reconcile_window_ms: u64,
    /// How often such a send is looked for.
    pub reconcile_poll_ms: u64,
    /// Whether a send that was never found is sent again, marked as a possible repeat; `false` leaves it unknown.
    pub resend_when_unresolved: bool,
    /// How long sending pauses after an error in the account's configuration.
    pub circuit_open_ms: u64,
    /// A due notice older than this raises the alarm.
    pub oldest_due_alarm_ms: u64,
}

impl NotifierSettings {
    /// See `lease_ms`.
    pub fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }

    /// See `claim_poll_ms`.
    pub fn claim_poll(&self) -> Duration {
        Duration::from_millis(self.claim_poll_ms)
    }

    /// See `reconcile_window_ms`.
    pub fn reconcile_window(&self) -> Duration {
        Duration::from_millis(self.reconcile_window_ms)
    }

    /// See `reconcile_poll_ms`.
    pub fn reconcile_poll(&self) -> Duration {
        Duration::from_millis(self.reconcile_poll_ms)
    }
}

impl Section for NotifierSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("in_flight", self.in_flight, 1, 1000);
        check.within("urgent_in_flight", self.urgent_in_flight, 1, 1000);
        check.positive("lease_ms", self.lease_ms);
        check.positive("claim_poll_ms", self.claim_poll_ms);
        check.within("segments_per_second", self.segments_per_second, 0.01, 1_000_000.0);
        check.positive("retry_delay_min_ms", self.retry_delay_min_ms);
        let detail = format!("expected at least retry_delay_min_ms ({})", self.retry_delay_min_ms);
        check.expect("retry_delay_max_ms", self.retry_delay_max_ms >= self.retry_delay_min_ms, detail);
        check.positive("reconcile_poll_ms", self.reconcile_poll_ms);
        check.positive("oldest_due_alarm_ms", self.oldest_due_alarm_ms);
    }
}
