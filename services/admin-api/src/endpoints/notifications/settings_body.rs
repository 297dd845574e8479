//! The notification settings as JSON, with their version: what is read is what may be written back.

use std::collections::BTreeSet;

use deskbell_domain::notice::NoticeType;
use deskbell_domain::opening_hours::{OpeningHours, QuietHours};
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::urgency::UrgentWords;
use deskbell_http::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::view::schema;

/// Who is told what, when, and for how much.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationSettings)]
pub(crate) struct SettingsBody {
    /// Counts changes. Write back the one you have read: if somebody was faster, nothing is changed.
    #[validate(range(min = 0))]
    pub(crate) version: i64,
    /// Whether anybody is texted at all.
    enabled: bool,
    /// The company's name, as texts begin with it; 1 to 60 characters.
    business_name: String,
    /// The types that are switched on.
    #[schema(value_type = Vec<schema::NoticeType>)]
    types: BTreeSet<NoticeType>,
    /// Seconds until an unanswered conversation counts as unassigned; 60 to 86,400.
    unassigned_after_s: u32,
    /// Words that make a message urgent, by language.
    #[schema(value_type = std::collections::HashMap<String, Vec<String>>, example = json!({"en": ["burst pipe"], "es": ["fuga de gas"]}))]
    urgent_words: UrgentWords,
    /// Whether a visitor may mark a message as urgent.
    visitor_may_mark_urgent: bool,
    /// When nobody wants to be woken; urgent notices pass. Absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::QuietHours>)]
    quiet_hours: Option<QuietHours>,
    /// When the company is open. Absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::OpeningHours>)]
    opening_hours: Option<OpeningHours>,
    /// Most segments sent in a day (UTC); at most 100,000.
    daily_cap_segments: u32,
}

impl SettingsBody {
    pub(crate) fn new(settings: NotificationSettings, version: i64) -> Self {
        Self {
            version,
            enabled: settings.enabled,
            business_name: settings.business_name,
            types: settings.types,
            unassigned_after_s: settings.unassigned_after_s,
            urgent_words: settings.urgent_words,
            visitor_may_mark_urgent: settings.visitor_may_mark_urgent,
            quiet_hours: settings.quiet_hours,
            opening_hours: settings.opening_hours,
            daily_cap_segments: settings.daily_cap_segments,
        }
    }
}

impl TryFrom<SettingsBody> for NotificationSettings {
    type Error = Problem;

    fn try_from(body: SettingsBody) -> Result<Self, Problem> {
        let settings = Self {
            enabled: body.enabled,
            business_name: body.business_name.trim().to_owned(),
            types: body.types,
            unassigned_after_s: body.unassigned_after_s,
            urgent_words: body.urgent_words,
            visitor_may_mark_urgent: body.visitor_may_mark_urgent,
            quiet_hours: body.quiet_hours,
            opening_hours: body.opening_hours,
            daily_cap_segments: body.daily_cap_segments,
        };
        match settings.validate() {
            Ok(()) => Ok(settings),
            Err(error) => Err(Problem::invalid_field(
                format!("/{}", error.field),
                format!("must be {}", error.expected),
            )),
        }
    }
}
