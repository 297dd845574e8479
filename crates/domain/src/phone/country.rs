//! The country that numbers without `+` belong to, and the calling codes of ITU-T E.164.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country or territory by its ISO 3166-1 alpha-2 code, of those that have a telephone numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country(phonenumber::country::Id);

/// A text that is not a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a country code of two letters (ISO 3166-1), such as US, GB or DE")]
pub struct CountryError;

impl Country {
    /// The United States, the default.
    pub const US: Self = Self(phonenumber::country::Id::US);

    /// Reads a two-letter code in either case.
    ///
    /// # Errors
    /// [`CountryError`] for anything that is not the code of a country with a numbering plan.
    pub fn parse(code: &str) -> Result<Self, CountryError> {
        let code = code.trim();
        if code.len() != 2 {
            return Err(CountryError);
        }
        code.to_ascii_uppercase().parse().map(Self).map_err(|_| CountryError)
    }

    /// The two capital letters.
    pub fn code(&self) -> &str {
        self.0.as_ref()
    }

    pub(super) fn id(self) -> phonenumber::country::Id {
        self.0
    }
}

impl Default for Country {
    fn default() -> Self {
        Self::US
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// How many of the leading digits are the country calling code (ITU-T, "List of Recommendation E.164 assigned
/// country codes": zones 1 and 7 have one digit, the listed ones two, all others three).
pub(super) fn calling_code_len(digits: &str) -> usize {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    }
}
