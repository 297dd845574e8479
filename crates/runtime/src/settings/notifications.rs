//! Who is told about what. These are the first start's content of the database; after that the panel rules.

use std::ops::RangeInclusive;

use deskbell_domain::notice::NoticeType;
use deskbell_domain::phone::{Country, PhoneNumber};
use serde::Deserialize;

use super::check::{Check, Section};
use super::error::SettingsError;
use super::values;

/// Digits of a telephone number, with or without its country code (ITU-T E.164).
const DIGITS: RangeInclusive<usize> = 4..=15;
const NUMBER_EXPECTED: &str = "expected a telephone number such as +1 415 555 2671";

/// `[notifications]`: the first start's recipients and choices.
#[derive(Clone, Deserialize)]
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
    #[serde(deserialize_with = "values::parsed_list")]
    pub types: Vec<NoticeType>,
    /// The name each SMS begins with.
    pub business_name: String,
    /// The country of numbers written without `+`: two letters, ISO 3166.
    #[serde(deserialize_with = "values::parsed")]
    pub default_country: Country,
}

/// Whose numbers are put into an empty database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRecipients {
    /// The owner's number, if one is set.
    pub owner: Option<PhoneNumber>,
    /// The managers' numbers, in the order given.
    pub managers: Vec<PhoneNumber>,
}

impl NotificationSettings {
    /// The numbers, fully checked. Loading looks at their shape only: the world's numbering plans take long to read, and
    /// only a first start needs them.
    ///
    /// # Errors
    /// Names the setting whose number does not exist in any numbering plan or cannot be texted.
    pub fn first_recipients(&self) -> Result<FirstRecipients, SettingsError> {
        let parse = |number: &String| PhoneNumber::parse(number, self.default_country);
        let owner = self.owner_phone_number.as_ref().map(parse).transpose();
        let managers = self.manager_phone_numbers.iter().enumerate().map(|(index, number)| {
            parse(number).map_err(|error| {
                let detail = nth_number(index, &error.to_string());
                SettingsError::about("notifications.manager_phone_numbers", detail)
            })
        });
        Ok(FirstRecipients {
            owner: owner.map_err(|error| {
                SettingsError::about("notifications.owner_phone_number", error.to_string())
            })?,
            managers: managers.collect::<Result<_, _>>()?,
        })
    }
}

/// Shows how many numbers there are, not which.
impl std::fmt::Debug for NotificationSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NotificationSettings")
            .field("enabled", &self.enabled)
            .field("owner_phone_number", &self.owner_phone_number.as_ref().map(|_| "set"))
            .field("manager_phone_numbers", &self.manager_phone_numbers.len())
            .field("types", &self.types)
            .field("business_name", &self.business_name)
            .field("default_country", &self.default_country)
            .finish()
    }
}

impl Section for NotificationSettings {
    fn check(&self, check: &mut Check<'_>) {
        if let Some(owner) = &self.owner_phone_number {
            check.expect("owner_phone_number", looks_like_a_number(owner), NUMBER_EXPECTED);
        }
        for (index, number) in self.manager_phone_numbers.iter().enumerate() {
            let detail = nth_number(index, NUMBER_EXPECTED);
            check.expect("manager_phone_numbers", looks_like_a_number(number), detail);
        }
    }
}

/// Digits with what people put between them. Numbers are named by position: they do not belong into a log.
fn looks_like_a_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    DIGITS.contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+ ()-./".contains(c))
}

fn nth_number(index: usize, detail: &str) -> String {
    format!("number {} of the list: {detail}", index + 1)
}
