//! Who is told about what. These are the first start's content of the database; after that the panel rules.

use deskbell_domain::notice::NoticeType;
use deskbell_domain::phone::{Country, PhoneError, PhoneNumber};
use serde::Deserialize;

use super::check::{Check, Section};
use super::values;

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

impl NotificationSettings {
    /// The owner's number, if one is set.
    ///
    /// # Errors
    /// Not for settings that were loaded: loading checks it.
    pub fn owner(&self) -> Result<Option<PhoneNumber>, PhoneError> {
        self.owner_phone_number.as_deref().map(|number| self.parse(number)).transpose()
    }

    /// The managers' numbers, in the order given.
    ///
    /// # Errors
    /// Not for settings that were loaded: loading checks them.
    pub fn managers(&self) -> Result<Vec<PhoneNumber>, PhoneError> {
        self.manager_phone_numbers.iter().map(|number| self.parse(number)).collect()
    }

    fn parse(&self, number: &str) -> Result<PhoneNumber, PhoneError> {
        PhoneNumber::parse(number, self.default_country)
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
        if let Err(error) = self.owner() {
            check.expect("owner_phone_number", false, error.to_string());
        }
        for (index, number) in self.manager_phone_numbers.iter().enumerate() {
            if let Err(error) = self.parse(number) {
                check.expect(
                    "manager_phone_numbers",
                    false,
                    format!("number {} of the list: {error}", index + 1),
                );
            }
        }
    }
}
