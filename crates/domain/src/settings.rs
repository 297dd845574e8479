//! What the owner decides in the panel; kept as one JSON document in the database.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::notice::NoticeType;
use crate::opening_hours::{OpeningHours, QuietHours};
use crate::urgency::UrgentWords;

/// Bounds of [`NotificationSettings::unassigned_after_s`], in seconds.
pub const UNASSIGNED_AFTER_S: std::ops::RangeInclusive<u32> = 60..=86_400;
/// Most segments a day that can be allowed.
pub const DAILY_CAP_SEGMENTS_MAX: u32 = 100_000;
/// Longest business name, in characters.
pub const BUSINESS_NAME_MAX: usize = 60;

/// Who is told what, when, and for how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Whether anybody is texted at all.
    pub enabled: bool,
    /// The company's name, as texts begin with it.
    pub business_name: String,
    /// The types of notice that are switched on.
    pub types: BTreeSet<NoticeType>,
    /// Seconds until an unanswered conversation counts as unassigned.
    pub unassigned_after_s: u32,
    /// The words that make a message urgent, per language.
    #[serde(default)]
    pub urgent_words: UrgentWords,
    /// Whether a visitor may mark a message as urgent.
    pub visitor_may_mark_urgent: bool,
    /// When nobody wants to be woken; urgent notices pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// When the company is open; none means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<OpeningHours>,
    /// Most segments sent in a day (UTC).
    pub daily_cap_segments: u32,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            business_name: "Deskbell".to_owned(),
            types: NoticeType::ALL.into_iter().collect(),
            unassigned_after_s: 300,
            urgent_words: UrgentWords::default(),
            visitor_may_mark_urgent: true,
            quiet_hours: None,
            opening_hours: None,
            daily_cap_segments: 500,
        }
    }
}

/// A value that the settings cannot take.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct SettingsError {
    /// The field's name.
    pub field: &'static str,
    /// What it must be.
    pub expected: String,
}

impl NotificationSettings {
    /// Checks what the types of the fields cannot.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let refuse = |field, expected: String| Err(SettingsError { field, expected });
        let name = self.business_name.trim();
        if name.is_empty() || name.chars().count() > BUSINESS_NAME_MAX || name.chars().any(char::is_control) {
            return refuse("business_name", format!("1 to {BUSINESS_NAME_MAX} characters on one line"));
        }
        if !UNASSIGNED_AFTER_S.contains(&self.unassigned_after_s) {
            let (least, most) = (UNASSIGNED_AFTER_S.start(), UNASSIGNED_AFTER_S.end());
            return refuse("unassigned_after_s", format!("{least} to {most} seconds"));
        }
        if self.daily_cap_segments > DAILY_CAP_SEGMENTS_MAX {
            return refuse("daily_cap_segments", format!("at most {DAILY_CAP_SEGMENTS_MAX}"));
        }
        Ok(())
    }

    /// How long a conversation may wait before it counts as unassigned, and then between repeats: each gap is twice
    /// the one before, an hour at most unless the first is longer.
    pub fn unassigned_gap(&self, repeat: u32) -> Duration {
        let first = Duration::from_secs(u64::from(self.unassigned_after_s));
        let longest = first.max(Duration::from_secs(3_600));
        first.saturating_mul(1 << repeat.min(8)).min(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_survive_json() {
        let settings = NotificationSettings::default();
        settings.validate().unwrap();
        let json = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<NotificationSettings>(&json).unwrap(), settings);
    }

    #[test]
    fn each_bound_names_its_field() {
        let with = |change: fn(&mut NotificationSettings)| {
            let mut settings = NotificationSettings::default();
            change(&mut settings);
            settings.validate().unwrap_err().field
        };
        assert_eq!(with(|s| s.business_name = " ".into()), "business_name");
        assert_eq!(with(|s| s.business_name = "a\nb".into()), "business_name");
        assert_eq!(with(|s| s.unassigned_after_s = 59), "unassigned_after_s");
        assert_eq!(with(|s| s.daily_cap_segments = 100_001), "daily_cap_segments");
    }

    #[test]
    fn gaps_grow_to_an_hour() {
        let settings = NotificationSettings::default();
        let gaps: Vec<u64> = (0..6).map(|repeat| settings.unassigned_gap(repeat).as_secs()).collect();
        assert_eq!(gaps, [300, 600, 1_200, 2_400, 3_600, 3_600]);
    }
}
