//! Opening hours and quiet hours: weekly slots of local time in an IANA time zone, overnight slots, holidays.
//!
//! As JSON: `{"time_zone": "Europe/Berlin", "weekly": {"monday": [{"from": "08:00", "to": "12:30"}, {"from": "14:00",
//! "to": "18:00"}], "friday": [{"from": "22:00", "to": "02:00"}]}, "holidays": ["2026-12-25"]}`. A day that is left
//! out has no slots; `24:00` is the end of a day; a slot whose end is not after its start runs into the next day.
//!
//! When the clocks change: a slot that begins in the hour that is skipped begins that much later (as RFC 5545 §3.3.5
//! reads such times); one that begins in the repeated hour begins with its first pass, and one that ends in it ends
//! with its second, so that no slot is interrupted.

mod schedule;
mod wire;

pub use wire::ScheduleError;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use schedule::Schedule;

/// When the business is open. A business without this setting is always open: [`is_open`].
///
/// On a holiday no slot begins; one that began the evening before runs to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "wire::OpeningHoursJson", into = "wire::OpeningHoursJson")]
pub struct OpeningHours(Schedule);

/// When a recipient is left alone. Never the whole week, since held-back notices wait for the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "wire::QuietHoursJson", into = "wire::QuietHoursJson")]
pub struct QuietHours(Schedule);

/// Whether the business is open; without opening hours it always is.
pub fn is_open(hours: Option<&OpeningHours>, at: Timestamp) -> bool {
    hours.is_none_or(|hours| hours.is_open(at))
}

/// Whether a recipient is left alone; without quiet hours never.
pub fn is_quiet(hours: Option<&QuietHours>, at: Timestamp) -> bool {
    hours.is_some_and(|hours| hours.is_quiet(at))
}

impl OpeningHours {
    /// Whether the business is open at that instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.0.covered_until(at).is_some()
    }

    /// When that changes next; `None` when it does not within two years.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.next_change(at)
    }

    /// The IANA name of the time zone.
    pub fn time_zone(&self) -> &str {
        self.0.time_zone()
    }
}

impl QuietHours {
    /// Whether the recipient is left alone at that instant.
    pub fn is_quiet(&self, at: Timestamp) -> bool {
        self.0.covered_until(at).is_some()
    }

    /// From when on the recipient may be told: the end of the quiet, or the instant itself when it is not quiet.
    pub fn ends_at(&self, at: Timestamp) -> Timestamp {
        if self.is_quiet(at) { self.0.next_change(at).unwrap_or(at) } else { at }
    }

    /// The IANA name of the time zone.
    pub fn time_zone(&self) -> &str {
        self.0.time_zone()
    }
}

#[cfg(test)]
mod tests;
