//! What a person wrote: the text of a message and what visitors say about themselves.
//!
//! Everything here came from a stranger. The types bound its size and shape, keep it as text, and redact their
//! `Debug`, so that no log shows what a customer wrote. They promise nothing about markup: whoever shows a text
//! must show it as text.

mod details;

pub use details::{ContactPhone, CustomerName, DetailError, EmailAddress, Locale, PageUrl};

use std::fmt;

use serde::Serialize;

/// Most characters (Unicode scalar values) of a message, after trimming.
pub const BODY_MAX_CHARS: usize = 4_000;

/// The text of one message: 1 to 4,000 characters after trimming, without NUL, otherwise exactly as it was sent.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MessageBody(String);

/// Why a text is no message; the message says what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing but white space.
    #[error("a message needs at least one character")]
    Empty,
    /// Longer than [`BODY_MAX_CHARS`].
    #[error("a message has at most 4,000 characters")]
    TooLong,
    /// Contains U+0000, which PostgreSQL's `text` cannot hold.
    #[error("a message cannot contain the character NUL (U+0000)")]
    Nul,
}

impl MessageBody {
    /// Takes a message, trimmed of white space at both ends.
    ///
    /// # Errors
    /// A [`BodyError`] that tells the writer what to change.
    pub fn parse(raw: &str) -> Result<Self, BodyError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(BodyError::Empty);
        }
        if exceeds(text, BODY_MAX_CHARS) {
            return Err(BodyError::TooLong);
        }
        if text.as_bytes().contains(&0) {
            return Err(BodyError::Nul);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, for the store.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The beginning of the text on a single line: white space and control characters become one space each run,
    /// and what does not fit into `max_chars` characters is cut off and marked by `...`.
    pub fn preview(&self, max_chars: usize) -> String {
        preview(&self.0, max_chars)
    }
}

impl fmt::Debug for MessageBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageBody({} bytes)", self.0.len())
    }
}

/// Whether the text has more than `max` characters; counts them only when the byte length leaves a doubt.
fn exceeds(text: &str, max: usize) -> bool {
    text.len() > max && (text.len() > max * 4 || text.chars().nth(max).is_some())
}

/// One line of text as characters: each run of white space and control characters is one space, none at the ends.
pub(crate) fn single_line(text: &str) -> impl Iterator<Item = char> {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let mut gap = false;
    text.trim_matches(is_gap).chars().filter_map(move |c| {
        let repeated = gap && is_gap(c);
        gap = is_gap(c);
        (!repeated).then_some(if gap { ' ' } else { c })
    })
}

fn preview(text: &str, max_chars: usize) -> String {
    const MARK: &str = "...";
    let mut line: Vec<char> = single_line(text).take(max_chars.saturating_add(1)).collect();
    if line.len() <= max_chars {
        return line.into_iter().collect();
    }
    line.truncate(max_chars.saturating_sub(MARK.len()));
    let kept: String = line.into_iter().collect();
    format!("{}{}", kept.trim_end(), &MARK[..MARK.len().min(max_chars)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        for (raw, outcome) in [
            (String::new(), Err(BodyError::Empty)),
            (" \n\t\u{a0}\u{3000}".to_owned(), Err(BodyError::Empty)),
            ("a".to_owned(), Ok(())),
            ("a".repeat(4_000), Ok(())),
            (format!("\n {} ", "a".repeat(4_000)), Ok(())),
            ("a".repeat(4_001), Err(BodyError::TooLong)),
            ("🔥".repeat(4_000), Ok(())),
            ("🔥".repeat(4_001), Err(BodyError::TooLong)),
            ("é".repeat(4_001), Err(BodyError::TooLong)),
            ("a".repeat(10_000_000), Err(BodyError::TooLong)),
            ("a\0b".to_owned(), Err(BodyError::Nul)),
        ] {
            assert_eq!(MessageBody::parse(&raw).map(|_| ()), outcome, "{} bytes", raw.len());
        }
    }

    #[test]
    fn bytes_stay_as_sent() {
        let sent = "e\u{301}\r\n\t\u{7}\u{200d}<b>\u{202e}x";
        assert_eq!(MessageBody::parse(sent).unwrap().as_str(), sent);
    }

    #[test]
    fn preview_is_one_short_line() {
        let body = MessageBody::parse("My sink\r\n\t leaks!\u{0b}\u{7}Help\u{2028}now").unwrap();
        assert_eq!(body.preview(100), "My sink leaks! Help now");
        assert_eq!(body.preview(23), "My sink leaks! Help now");
        assert_eq!(body.preview(22), "My sink leaks! Help...");
        assert_eq!(body.preview(11), "My sink...");
        assert_eq!(body.preview(2), "..");
        assert_eq!(body.preview(0), "");
    }

    #[test]
    fn debug_shows_no_text() {
        assert_eq!(format!("{:?}", MessageBody::parse("secret").unwrap()), "MessageBody(6 bytes)");
    }

    proptest! {
        #[test]
        fn what_parses_is_the_trimmed_input(raw in any::<String>()) {
            if let Ok(body) = MessageBody::parse(&raw) {
                prop_assert_eq!(body.as_str(), raw.trim());
            }
        }

        #[test]
        fn previews_fit_and_hold_no_control_characters(raw in "(?s).{1,60}", max in 0usize..40) {
            if let Ok(body) = MessageBody::parse(&raw) {
                let preview = body.preview(max);
                prop_assert!(preview.chars().count() <= max);
                prop_assert!(!preview.chars().any(char::is_control));
                prop_assert!(!preview.contains("  "));
            }
        }
    }
}
