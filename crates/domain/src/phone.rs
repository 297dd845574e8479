//! Telephone numbers that may be texted, and the country a number without `+` is read in.
//!
//! A [`PhoneNumber`] is always valid by Google's libphonenumber metadata (the `phonenumber` crate), in E.164 form,
//! without extension, and never one that costs its owner's callers extra. Numbers that visitors type in are no
//! `PhoneNumber`s: they are [`ContactPhone`](crate::body::ContactPhone)s and are never texted.

mod country;

pub use country::{Country, CountryError};

use std::fmt;

use phonenumber::country::Source;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};
use serde::Serialize;

/// Longest input that is looked at: twice what the longest real number needs with all its spaces and brackets.
pub const INPUT_MAX_CHARS: usize = 64;

/// Most digits of an E.164 number, country code included (ITU-T E.164 §6.2.1).
pub const E164_MAX_DIGITS: usize = 15;

/// Fewest digits that any subscriber's E.164 number has in practice, country code included.
const E164_MIN_DIGITS: usize = 7;

/// A full, valid number in E.164 form, such as `+14155552671`.
///
/// Serialises as E.164, since whoever serialises it stores or dials it; `Debug` and [`PhoneNumber::masked`] hide the
/// subscriber's digits, since those end up in logs. There is no `Display`: the caller says which of the two it wants.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// Why a text is not a number that can be texted; the message says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was given.
    #[error("enter a phone number, for example +1 415 555 2671")]
    Empty,
    /// More characters or digits than any number has.
    #[error("this is too long for a phone number: enter one number with at most 15 digits")]
    TooLong,
    /// Letters or other characters that no phone number contains.
    #[error("enter digits only: letters and symbols are not part of a phone number that can be texted")]
    Characters,
    /// An extension behind the number.
    #[error("leave the extension out: a text message cannot reach an extension")]
    Extension,
    /// Not a number of the numbering plan.
    #[error(
        "this is not a valid phone number: check the digits, and begin with + and the country code \
         if it is a number of another country"
    )]
    Invalid,
    /// A premium-rate or shared-cost number.
    #[error("premium-rate and shared-cost numbers are not texted: enter an ordinary mobile number")]
    PremiumRate,
    /// A stored value that is not of the form `+` and digits.
    #[error("the stored phone number is not in E.164 form (+ and 7 to 15 digits): enter it again")]
    NotE164,
}

impl PhoneNumber {
    /// Reads a number as people write it: `(415) 555-2671`, `+44 20 7183 8750`, `0030 …`.
    ///
    /// A number without international prefix is read as one of `default_country`.
    ///
    /// # Errors
    /// A [`PhoneError`] that tells the person who typed the number what to change.
    pub fn parse(raw: &str, default_country: Country) -> Result<Self, PhoneError> {
        let typed = raw.trim();
        check_input(typed)?;
        let number = read(typed, default_country).map_err(|error| match error {
            phonenumber::ParseError::TooLong => PhoneError::TooLong,
            _ => PhoneError::Invalid,
        })?;
        if number.extension().is_some() {
            return Err(PhoneError::Extension);
        }
        if !number.is_valid() {
            return Err(PhoneError::Invalid);
        }
        if matches!(number.number_type(&DATABASE), Type::PremiumRate | Type::SharedCost) {
            return Err(PhoneError::PremiumRate);
        }
        Self::from_e164_stored(&number.format().mode(Mode::E164).to_string())
    }

    /// Takes back a value that this type gave out earlier, from the database.
    ///
    /// Only the shape is checked: numbering plans change, and a number that was good when it was entered must not
    /// make a row unreadable. Never for text from the outside: that is [`PhoneNumber::parse`].
    ///
    /// # Errors
    /// [`PhoneError::NotE164`] unless the value is `+`, then 7 to 15 digits of which the first is not 0.
    pub fn from_e164_stored(stored: &str) -> Result<Self, PhoneError> {
        let digits = stored.strip_prefix('+').ok_or(PhoneError::NotE164)?;
        let shaped = (E164_MIN_DIGITS..=E164_MAX_DIGITS).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if shaped { Ok(Self(stored.to_owned())) } else { Err(PhoneError::NotE164) }
    }

    /// The number to dial: `+` and digits. Not for logs.
    pub fn as_e164(&self) -> &str {
        &self.0
    }

    /// The number for logs and for eyes that need not dial it: country code and last two digits, `+1••••••••71`.
    pub fn masked(&self) -> String {
        let digits = &self.0[1..];
        let shown = country::calling_code_len(digits);
        let hidden = digits.len().saturating_sub(shown + 2);
        format!("+{}{}{}", &digits[..shown], "•".repeat(hidden), &digits[shown + hidden..])
    }
}

/// Parses a number, one with an international prefix without regard to the default country.
///
/// Given a country, the library strips that country's national prefix from numbers of any other, too: in the United
/// States `+49 1512 3456789` would lose its `1` and become the number of somebody else.
fn read(typed: &str, default_country: Country) -> Result<phonenumber::PhoneNumber, phonenumber::ParseError> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if typed.contains('+') {
        return phonenumber::parse(None, format!("+{digits}"));
    }
    let number = phonenumber::parse(Some(default_country.id()), typed)?;
    if number.code().source() != Source::Idd {
        return Ok(number);
    }
    let prefix = DATABASE
        .by_id(default_country.code())
        .and_then(|metadata| metadata.international_prefix())
        .and_then(|prefix| prefix.find(&digits).filter(|found| found.start() == 0).map(|found| found.end()));
    phonenumber::parse(None, format!("+{}", &digits[prefix.unwrap_or(0)..]))
}

/// Refuses what is not digits and punctuation before the parser sees it; the parser itself would read vanity letters.
fn check_input(typed: &str) -> Result<(), PhoneError> {
    if typed.is_empty() {
        return Err(PhoneError::Empty);
    }
    if typed.chars().count() > INPUT_MAX_CHARS {
        return Err(PhoneError::TooLong);
    }
    if has_extension(typed) {
        return Err(PhoneError::Extension);
    }
    let opened = typed.trim_start_matches(['(', ' ']);
    let behind_plus = opened.strip_prefix('+').unwrap_or(opened);
    if !behind_plus.chars().all(may_stand_in_number) {
        return Err(PhoneError::Characters);
    }
    // Two more than E.164 allows: an international prefix of the default country may stand before the number.
    if typed.bytes().filter(u8::is_ascii_digit).count() > E164_MAX_DIGITS + 3 {
        return Err(PhoneError::TooLong);
    }
    Ok(())
}

fn may_stand_in_number(c: char) -> bool {
    matches!(c, '0'..='9' | ' ' | '\u{a0}' | '(' | ')' | '-' | '.' | '/' | '‐' | '‑' | '–')
}

/// Whether the text ends in `x123`, `ext. 123`, `;ext=123`, `#123` or the like.
fn has_extension(typed: &str) -> bool {
    let before = typed.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    if before.len() == typed.len()
        || !before.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(')
    {
        return false;
    }
    let before = before.trim_end_matches(['.', ':', '=', ' ']).to_ascii_lowercase();
    ["x", "ext", "extn", "extension", "#"].iter().any(|mark| before.ends_with(mark))
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests;
