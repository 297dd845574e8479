//! What visitors may tell about themselves, and what their browser tells: all optional, none of it trusted.

use std::fmt;

use serde::Serialize;
use url::Url;

use super::{exceeds, single_line};

/// Most characters of a name.
pub const NAME_MAX_CHARS: usize = 100;
/// Most bytes of an e-mail address: a path of 256 less its angle brackets (RFC 5321 §4.5.3.1.3).
pub const EMAIL_MAX_BYTES: usize = 254;
/// Most bytes before the `@` (RFC 5321 §4.5.3.1.1).
const EMAIL_LOCAL_MAX_BYTES: usize = 64;
/// Most characters of a visitor's phone number.
pub const CONTACT_PHONE_MAX_CHARS: usize = 40;
/// Most bytes of a page's address.
pub const PAGE_URL_MAX_BYTES: usize = 2_048;
/// Most bytes of a language tag: what RFC 5646 §4.4.1 asks implementations to allow for.
pub const LOCALE_MAX_BYTES: usize = 35;

/// Why a detail is refused; the message says what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetailError {
    /// Longer than [`NAME_MAX_CHARS`].
    #[error("a name has at most 100 characters")]
    NameTooLong,
    /// Not the form `name@host`.
    #[error("enter an e-mail address such as maria@example.com")]
    Email,
    /// Not digits and punctuation, or longer than [`CONTACT_PHONE_MAX_CHARS`].
    #[error("enter a phone number with at most 40 characters")]
    ContactPhone,
    /// Not an absolute http or https address, or longer than [`PAGE_URL_MAX_BYTES`].
    #[error("the page must be an http or https address of at most 2,048 characters")]
    PageUrl,
    /// Not the form of a language tag.
    #[error("the locale must be a BCP 47 language tag such as en or pt-BR")]
    Locale,
}

/// What a visitor calls himself: one line of at most 100 characters.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CustomerName(String);

/// An e-mail address a visitor left. Its form is checked, not that anybody reads it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// A phone number a visitor left, as text for people to read.
///
/// It is never the destination of an SMS: only listed recipients are, whose numbers are
/// [`PhoneNumber`](crate::phone::PhoneNumber)s. There is no conversion from one to the other on purpose.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ContactPhone(String);

/// The page a visitor wrote from: http or https, without user name, password and fragment.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PageUrl(String);

/// The language of a visitor's page or browser: a BCP 47 tag of the right shape, in its canonical case.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Locale(String);

impl CustomerName {
    /// Takes a name. White space and control characters become single spaces, marks that turn the direction of the
    /// text around are dropped; a name of nothing else is no name.
    ///
    /// # Errors
    /// [`DetailError::NameTooLong`].
    pub fn parse(raw: &str) -> Result<Option<Self>, DetailError> {
        if raw.len() > NAME_MAX_CHARS * 16 {
            return Err(DetailError::NameTooLong);
        }
        let visible: String = raw.chars().filter(|&c| !turns_direction(c)).collect();
        let name: String = single_line(&visible).collect();
        match name.as_str() {
            "" => Ok(None),
            name if exceeds(name, NAME_MAX_CHARS) => Err(DetailError::NameTooLong),
            _ => Ok(Some(Self(name))),
        }
    }
}

impl EmailAddress {
    /// Takes an address; its host becomes lower case.
    ///
    /// # Errors
    /// [`DetailError::Email`] unless it is one `@` between a local part and a host with a dot, without spaces. The
    /// quoted and commented forms of RFC 5322, which nobody types into a chat, are refused as well.
    pub fn parse(raw: &str) -> Result<Self, DetailError> {
        let text = raw.trim();
        let (local, host) = text.rsplit_once('@').ok_or(DetailError::Email)?;
        let local_is_sane = (1..=EMAIL_LOCAL_MAX_BYTES).contains(&local.len())
            && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char));
        let host_is_sane = host.contains('.') && host.split('.').all(is_host_label);
        if text.len() > EMAIL_MAX_BYTES || !local_is_sane || !host_is_sane {
            return Err(DetailError::Email);
        }
        Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
    }
}

impl ContactPhone {
    /// Takes a number as it was typed.
    ///
    /// # Errors
    /// [`DetailError::ContactPhone`] when it is longer than 40 characters, has no digit, or holds anything but
    /// digits, letters (for an extension) and the usual punctuation.
    pub fn parse(raw: &str) -> Result<Self, DetailError> {
        let text = raw.trim();
        let is_usual = |c: char| {
            c.is_alphanumeric() || matches!(c, '+' | ' ' | '\u{a0}' | '(' | ')' | '-' | '.' | '/' | '#' | '*')
        };
        if exceeds(text, CONTACT_PHONE_MAX_CHARS)
            || !text.chars().any(char::is_numeric)
            || !text.chars().all(is_usual)
        {
            return Err(DetailError::ContactPhone);
        }
        Ok(Self(text.to_owned()))
    }
}

impl PageUrl {
    /// Takes an address and leaves out its user name and password, which are secrets, and its fragment, in which
    /// single sign-on leaves tokens.
    ///
    /// # Errors
    /// [`DetailError::PageUrl`] unless it is an absolute http or https address of at most 2,048 bytes.
    pub fn parse(raw: &str) -> Result<Self, DetailError> {
        if raw.len() > PAGE_URL_MAX_BYTES {
            return Err(DetailError::PageUrl);
        }
        let mut url = Url::parse(raw.trim()).map_err(|_| DetailError::PageUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(DetailError::PageUrl);
        }
        url.set_username("").map_err(|()| DetailError::PageUrl)?;
        url.set_password(None).map_err(|()| DetailError::PageUrl)?;
        url.set_fragment(None);
        // Escaping may have made it longer.
        if url.as_str().len() > PAGE_URL_MAX_BYTES {
            return Err(DetailError::PageUrl);
        }
        Ok(Self(url.into()))
    }
}

impl Locale {
    /// Takes a tag of the shape of RFC 5646 §2.1: a language of 2 to 8 letters, then subtags of 1 to 8 letters and
    /// digits, joined by hyphens. Whether the subtags are registered is not looked up.
    ///
    /// # Errors
    /// [`DetailError::Locale`].
    pub fn parse(raw: &str) -> Result<Self, DetailError> {
        let tag = raw.trim();
        if tag.len() > LOCALE_MAX_BYTES {
            return Err(DetailError::Locale);
        }
        let mut canonical = String::with_capacity(tag.len());
        let mut after_singleton = false;
        for (at, subtag) in tag.split('-').enumerate() {
            let shaped = match at {
                0 => (2..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()),
                _ => {
                    (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
                }
            };
            if !shaped {
                return Err(DetailError::Locale);
            }
            if at > 0 {
                canonical.push('-');
            }
            push_in_canonical_case(&mut canonical, subtag, at > 0 && !after_singleton);
            after_singleton |= subtag.len() == 1;
        }
        Ok(Self(canonical))
    }

    /// The language alone, such as `pt` of `pt-BR`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

/// RFC 5646 §2.1.1: regions in capitals, scripts with one capital, everything else small.
fn push_in_canonical_case(tag: &mut String, subtag: &str, may_be_region_or_script: bool) {
    let small = subtag.to_ascii_lowercase();
    match small.len() {
        2 if may_be_region_or_script => tag.push_str(&small.to_ascii_uppercase()),
        4 if may_be_region_or_script => {
            tag.push_str(&small[..1].to_ascii_uppercase());
            tag.push_str(&small[1..]);
        }
        _ => tag.push_str(&small),
    }
}

/// Bidirectional controls (Unicode Standard Annex 9): they can make a name look like another.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// RFC 5322 §3.2.3 `atext`, and the non-ASCII characters of RFC 6531.
fn is_atom_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(c)
        || (!c.is_ascii() && !c.is_whitespace() && !c.is_control() && !turns_direction(c))
}

fn is_host_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric()))
}

macro_rules! details {
    ($($name:ident)*) => {$(
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, for the store.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

details! { CustomerName EmailAddress ContactPhone PageUrl Locale }

#[cfg(test)]
mod tests;
