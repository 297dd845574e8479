//! The JSON form of schedules, and what can be wrong with it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::schedule::{DAY_MIN, Schedule, Slot};
use super::{OpeningHours, QuietHours};

/// Most slots of one day.
const SLOTS_PER_DAY_MAX: usize = 12;
/// Most holidays.
const HOLIDAYS_MAX: usize = 366;
/// Longest time zone name that is looked up; the longest of the IANA database has 32 characters.
const ZONE_NAME_MAX_BYTES: usize = 64;

/// Why a schedule is refused. The message names the place in the JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The time zone is not in the IANA database.
    #[error("time_zone: expected an IANA name such as America/New_York or Europe/Berlin")]
    TimeZone,
    /// A text that is not a time of day.
    #[error("weekly.{day}[{slot}].{field}: expected HH:MM between 00:00 and {latest}")]
    Time {
        /// Name of the day.
        day: &'static str,
        /// Which slot of the day, from 0.
        slot: usize,
        /// `from` or `to`.
        field: &'static str,
        /// The last time that may stand there.
        latest: &'static str,
    },
    /// A slot that begins when it ends.
    #[error("weekly.{day}[{slot}]: from and to are the same; for the whole day use 00:00 to 24:00")]
    EmptySlot {
        /// Name of the day.
        day: &'static str,
        /// Which slot of the day, from 0.
        slot: usize,
    },
    /// More slots than a day can sensibly have.
    #[error("weekly.{day}: at most 12 slots a day")]
    TooManySlots {
        /// Name of the day.
        day: &'static str,
    },
    /// A text that is not a date.
    #[error("holidays[{index}]: expected a date such as 2026-12-25")]
    Holiday {
        /// Which holiday, from 0.
        index: usize,
    },
    /// More holidays than a year has days.
    #[error("holidays: at most 366 dates")]
    TooManyHolidays,
    /// Not a single slot.
    #[error("weekly: give at least one slot, or leave the setting out altogether (null)")]
    NoSlots,
    /// Quiet hours without an end.
    #[error("weekly: quiet hours that cover the whole week would hold back every notice; leave a gap")]
    NeverEnds,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpeningHoursJson {
    time_zone: String,
    weekly: WeeklyJson,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    holidays: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietHoursJson {
    time_zone: String,
    weekly: WeeklyJson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct WeeklyJson {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    monday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tuesday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wednesday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thursday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    friday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saturday: Vec<SlotJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sunday: Vec<SlotJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotJson {
    from: String,
    to: String,
}

impl TryFrom<OpeningHoursJson> for OpeningHours {
    type Error = ScheduleError;

    fn try_from(json: OpeningHoursJson) -> Result<Self, Self::Error> {
        schedule(&json.time_zone, &json.weekly, &json.holidays).map(Self)
    }
}

impl TryFrom<QuietHoursJson> for QuietHours {
    type Error = ScheduleError;

    fn try_from(json: QuietHoursJson) -> Result<Self, Self::Error> {
        let schedule = schedule(&json.time_zone, &json.weekly, &[])?;
        if schedule.covers_whole_week() { Err(ScheduleError::NeverEnds) } else { Ok(Self(schedule)) }
    }
}

impl From<OpeningHours> for OpeningHoursJson {
    fn from(OpeningHours(schedule): OpeningHours) -> Self {
        Self {
            time_zone: schedule.time_zone().to_owned(),
            holidays: schedule.holidays.iter().map(ToString::to_string).collect(),
            weekly: schedule.weekly.into(),
        }
    }
}

impl From<QuietHours> for QuietHoursJson {
    fn from(QuietHours(schedule): QuietHours) -> Self {
        Self { time_zone: schedule.time_zone().to_owned(), weekly: schedule.weekly.into() }
    }
}

impl From<[Vec<Slot>; 7]> for WeeklyJson {
    fn from(weekly: [Vec<Slot>; 7]) -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
            weekly.map(|slots| slots.into_iter().map(SlotJson::from).collect());
        Self { monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    }
}

impl From<Slot> for SlotJson {
    fn from(slot: Slot) -> Self {
        let to = if slot.to > DAY_MIN { slot.to - DAY_MIN } else { slot.to };
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { from: clock(slot.from), to: clock(to) }
    }
}

fn schedule(zone: &str, weekly: &WeeklyJson, holidays: &[String]) -> Result<Schedule, ScheduleError> {
    if zone.len() > ZONE_NAME_MAX_BYTES {
        return Err(ScheduleError::TimeZone);
    }
    let zone = TimeZone::get(zone).map_err(|_| ScheduleError::TimeZone)?;
    if zone.is_unknown() || zone.iana_name().is_none() {
        return Err(ScheduleError::TimeZone);
    }
    let weekly = [
        slots("monday", &weekly.monday)?,
        slots("tuesday", &weekly.tuesday)?,
        slots("wednesday", &weekly.wednesday)?,
        slots("thursday", &weekly.thursday)?,
        slots("friday", &weekly.friday)?,
        slots("saturday", &weekly.saturday)?,
        slots("sunday", &weekly.sunday)?,
    ];
    if weekly.iter().all(Vec::is_empty) {
        return Err(ScheduleError::NoSlots);
    }
    Ok(Schedule { zone, weekly, holidays: dates(holidays)? })
}

fn slots(day: &'static str, slots: &[SlotJson]) -> Result<Vec<Slot>, ScheduleError> {
    if slots.len() > SLOTS_PER_DAY_MAX {
        return Err(ScheduleError::TooManySlots { day });
    }
    let mut parsed = Vec::with_capacity(slots.len());
    for (slot, SlotJson { from, to }) in slots.iter().enumerate() {
        let wrong = |field, latest| ScheduleError::Time { day, slot, field, latest };
        let from = minute_of_day(from).filter(|&from| from < DAY_MIN).ok_or(wrong("from", "23:59"))?;
        let to = minute_of_day(to).ok_or(wrong("to", "24:00"))?;
        if from == to {
            return Err(ScheduleError::EmptySlot { day, slot });
        }
        parsed.push(Slot { from, to: if to < from { to + DAY_MIN } else { to } });
    }
    parsed.sort_unstable();
    Ok(parsed)
}

/// Minutes since midnight of exactly `HH:MM`, up to `24:00`.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str| match digits.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9'] => digits.parse::<u16>().ok(),
        _ => None,
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY_MIN).then_some(minutes)
}

fn dates(holidays: &[String]) -> Result<Vec<Date>, ScheduleError> {
    if holidays.len() > HOLIDAYS_MAX {
        return Err(ScheduleError::TooManyHolidays);
    }
    let mut dates = Vec::with_capacity(holidays.len());
    for (index, text) in holidays.iter().enumerate() {
        // Jiff reads instants and compact forms as dates, too; here a date is exactly `YYYY-MM-DD`.
        let date = text.parse::<Date>().ok().filter(|date| date.to_string() == *text);
        dates.push(date.ok_or(ScheduleError::Holiday { index })?);
    }
    dates.sort_unstable();
    dates.dedup();
    Ok(dates)
}
