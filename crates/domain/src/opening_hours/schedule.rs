//! The engine: which stretches of time a weekly schedule covers.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::time::Timestamp;

/// Minutes of a day by the clock on the wall.
pub(super) const DAY_MIN: u16 = 24 * 60;
/// How far ahead the next change is looked for: past any run of holidays.
const HORIZON_DAYS: usize = 731;

/// A stretch of local time on one day of the week, in minutes since its midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    /// Below [`DAY_MIN`].
    pub(super) from: u16,
    /// After `from`, by at most a day; past [`DAY_MIN`] it is on the next day.
    pub(super) to: u16,
}

/// Weekly slots in a time zone, less those that would begin on a holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) zone: TimeZone,
    /// Monday first.
    pub(super) weekly: [Vec<Slot>; 7],
    /// Sorted.
    pub(super) holidays: Vec<Date>,
}

impl Schedule {
    /// If the instant is covered: the end of the slot that lasts longest. Another may follow on without a gap.
    pub(super) fn covered_until(&self, at: Timestamp) -> Option<Timestamp> {
        let today = self.local_date(at);
        // A slot of yesterday may last into today; where clocks go back over midnight, one of tomorrow has begun.
        [today.yesterday().ok(), Some(today), today.tomorrow().ok()]
            .into_iter()
            .flatten()
            .flat_map(|date| self.spans(date))
            .filter(|(start, end)| (*start..*end).contains(&at))
            .map(|(_, end)| end)
            .max()
    }

    /// When covered turns into uncovered or the other way round.
    pub(super) fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        match self.covered_until(at) {
            None => self.next_start(at),
            Some(_) if self.covers_whole_week() && self.holidays.is_empty() => None,
            Some(end) => self.end_of_run(end),
        }
    }

    /// Whether no minute of a week without holidays is left out.
    pub(super) fn covers_whole_week(&self) -> bool {
        let week = usize::from(DAY_MIN) * 7;
        let mut covered = vec![false; week];
        for (day, slots) in self.weekly.iter().enumerate() {
            let midnight = day * usize::from(DAY_MIN);
            for slot in slots {
                for minute in slot.from..slot.to {
                    covered[(midnight + usize::from(minute)) % week] = true;
                }
            }
        }
        covered.into_iter().all(|covered| covered)
    }

    pub(super) fn time_zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Follows slots that join on to each other from the end of the first.
    fn end_of_run(&self, first_end: Timestamp) -> Option<Timestamp> {
        let last_day = self.days_from(first_end).last()?;
        let mut end = first_end;
        while let Some(later) = self.covered_until(end) {
            if self.local_date(later) > last_day {
                return None;
            }
            end = later;
        }
        Some(end)
    }

    fn next_start(&self, after: Timestamp) -> Option<Timestamp> {
        self.days_from(after)
            .find_map(|date| self.spans(date).map(|(start, _)| start).filter(|start| *start > after).min())
    }

    fn days_from(&self, at: Timestamp) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.local_date(at)), |date| date.tomorrow().ok()).take(HORIZON_DAYS)
    }

    /// Begin and end of the slots that begin on a date; those that a change of the clocks swallows are left out.
    fn spans(&self, date: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let is_holiday = self.holidays.binary_search(&date).is_ok();
        let slots = &self.weekly[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        slots.iter().filter(move |_| !is_holiday).filter_map(move |slot| {
            let start = self.instant(date, slot.from, Edge::Start)?;
            let end = self.instant(date, slot.to, Edge::End)?;
            (start < end).then_some((start, end))
        })
    }

    fn instant(&self, date: Date, minute: u16, edge: Edge) -> Option<Timestamp> {
        let date = if minute < DAY_MIN { date } else { date.tomorrow().ok()? };
        let (hour, minute) = ((minute % DAY_MIN) / 60, minute % 60);
        let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
        let readings = self.zone.to_ambiguous_timestamp(date.to_datetime(time));
        let instant = match edge {
            Edge::Start => readings.compatible(),
            Edge::End => readings.later(),
        };
        Some(Timestamp::from_micros(instant.ok()?.as_microsecond()))
    }

    fn local_date(&self, at: Timestamp) -> Date {
        let nearest = if at.as_micros() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(nearest);
        self.zone.to_datetime(instant).date()
    }
}

/// Which end of a slot a local time is; they differ when the clock shows it twice.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}
