//! Who is told about what. These are the first start's content of the database; after that the panel rules.

use serde::Deserialize;

use super::check::{Check, Section};
use super::values;

/// The kinds of notification an owner can choose.
const TYPES: [&str; 4] = ["new_chat", "urgent_chat", "offline_hours", "unassigned_chat"];

/// `[notifications]`: the first start's recipients and choices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Whether SMS are sent at all; `false` writes them to the log instead.
    pub enabled: bool,
    /// The owner's mobile number. Counts as verified.
    pub owner_phone_number: Option<String>,
    /// The managers' mobile numbers. Count as verified.
    #[serde(deserialize_with = "values::list")]
    pub manager_phone_numbers: Vec<String>,
    /// Any of `new_chat`, `urgent_chat`, `offline_hours`, `unassigned_chat`.
    #[serde(deserialize_with = "values::list")]
    pub types: Vec<String>,
    /// The name each SMS begins with.
    pub business_name: String,
    /// The country of numbers written without `+`: two letters, ISO 3166.
    pub default_country: String,
}

impl Section for NotificationSettings {
    fn check(&self, check: &mut Check<'_>) {
        for name in self.types.iter().filter(|name| !TYPES.contains(&name.as_str())) {
            check.expect("types", false, format!("expected any of {}, not {name:?}", TYPES.join(", ")));
        }
        let country = &self.default_country;
        let holds = country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
        check.expect(
            "default_country",
            holds,
            format!("expected two capital letters such as US, not {country:?}"),
        );
    }
}
