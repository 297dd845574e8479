//! What became of a request: the distinctions on which "never twice, never lost" rests.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::Deserialize;

use crate::errors::{ErrorClass, Phase, explain_in};
use crate::message::Message;

/// Most bytes of an answer about one message.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1024;

/// Longest `Retry-After` that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// Why a message was not, or may not have been, accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not one byte of the request left: no address, connection refused or timed out, TLS not agreed. Safe to repeat.
    #[error("no connection to Twilio: {reason}")]
    NotSent {
        /// What failed, for the log.
        reason: String,
    },
    /// Twilio took nothing because of a rate (429). Safe to repeat, later.
    #[error("Twilio asked to slow down (code {code:?})")]
    RateLimited {
        /// How long Twilio asks to wait, at most an hour.
        retry_after: Option<Duration>,
        /// Twilio's code; 63038 means the daily cap and a wait until tomorrow.
        code: Option<u32>,
        /// [`ErrorClass::Backoff`], or [`ErrorClass::Later`] where a short pause does not help.
        class: ErrorClass,
    },
    /// Twilio refused the request (4xx): nothing was sent, and the same request will be refused again.
    #[error("Twilio refused the request (HTTP {status}, code {code:?})")]
    Rejected {
        /// HTTP status.
        status: u16,
        /// Twilio's code, when the answer was Twilio's.
        code: Option<u32>,
        /// Twilio's words, phone numbers masked.
        message: String,
        /// What to do about it.
        class: ErrorClass,
    },
    /// The message may have been accepted: find out before anything is repeated.
    #[error("Twilio's answer is unknown: {reason}")]
    Ambiguous {
        /// What happened, for the log.
        reason: String,
    },
}

impl SendError {
    /// What the sender should do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotSent { .. } => ErrorClass::Backoff,
            Self::RateLimited { class, .. } | Self::Rejected { class, .. } => *class,
            Self::Ambiguous { .. } => ErrorClass::Ambiguous,
        }
    }

    /// Twilio's code, if it gave one.
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::RateLimited { code, .. } | Self::Rejected { code, .. } => *code,
            Self::NotSent { .. } | Self::Ambiguous { .. } => None,
        }
    }
}

/// Why something could not be read from Twilio. Reading changes nothing, so all of it may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Twilio answered with an error.
    #[error("Twilio answered HTTP {status} (code {code:?})")]
    Api {
        /// HTTP status.
        status: u16,
        /// Twilio's code, when the answer was Twilio's.
        code: Option<u32>,
        /// How long Twilio asks to wait, at most an hour.
        retry_after: Option<Duration>,
    },
    /// No answer came.
    #[error("no answer from Twilio: {0}")]
    Transport(String),
    /// An answer came that makes no sense.
    #[error("Twilio's answer cannot be read: {0}")]
    Unreadable(String),
}

/// An error as Twilio's API writes it.
#[derive(Default, Deserialize)]
pub(super) struct ApiError {
    pub(super) code: Option<u32>,
    #[serde(default)]
    message: Option<String>,
}

/// Judges the answer to a create request.
pub(super) async fn of_create(sent: reqwest::Result<Response>) -> Result<Message, SendError> {
    let response = sent.map_err(|error| {
        let reason = describe(&error);
        if error.is_connect() || error.is_builder() {
            SendError::NotSent { reason }
        } else {
            SendError::Ambiguous { reason }
        }
    })?;
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let body = read_body(response, BODY_BYTES_MAX).await;
    match status.as_u16() {
        200..=299 => accepted(status, body),
        429 => Err(rate_limited(retry_after, &api_error(body))),
        400..=499 if status != StatusCode::REQUEST_TIMEOUT => Err(rejected(status, api_error(body))),
        _ => Err(SendError::Ambiguous { reason: format!("HTTP {}", status.as_u16()) }),
    }
}

fn accepted(status: StatusCode, body: Result<Vec<u8>, String>) -> Result<Message, SendError> {
    let ambiguous =
        |why: String| SendError::Ambiguous { reason: format!("HTTP {}, but {why}", status.as_u16()) };
    let body = body.map_err(ambiguous)?;
    serde_json::from_slice(&body).map_err(|error| ambiguous(format!("the body is no message: {error}")))
}

fn rate_limited(retry_after: Option<Duration>, error: &ApiError) -> SendError {
    let class = explain_in(error.code, Phase::Create { status: 429 }).class;
    SendError::RateLimited { retry_after, code: error.code, class }
}

fn rejected(status: StatusCode, error: ApiError) -> SendError {
    let status = status.as_u16();
    let class = explain_in(error.code, Phase::Create { status }).class;
    let message = mask_numbers(&error.message.unwrap_or_default());
    SendError::Rejected { status, code: error.code, message, class }
}

/// Twilio's error, or nothing when the body is not Twilio's: the status alone decides then.
pub(super) fn api_error(body: Result<Vec<u8>, String>) -> ApiError {
    body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default()
}

/// Reads a body, all of it, up to `limit` bytes.
pub(super) async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| describe(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(format!("the body is longer than {limit} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `Retry-After` in seconds or as a date, which is measured against the answer's own `Date`.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let value = text(RETRY_AFTER)?;
    let wait = if let Ok(seconds) = value.parse() {
        Duration::from_secs(seconds)
    } else {
        let parser = DateTimeParser::new();
        let until = parser.parse_timestamp(value).ok()?;
        let now = parser.parse_timestamp(text(DATE)?).ok()?;
        Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// An error and its causes in one line, without the URL.
pub(super) fn describe(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() { "timed out" } else { "failed" };
    let mut text = format!("request {kind}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Twilio quotes phone numbers in its messages; all but their last two digits are hidden.
fn mask_numbers(text: &str) -> String {
    /// A run of digits this long may be a phone number.
    const NUMBER_DIGITS_MIN: usize = 7;
    let characters: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    for run in characters.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        let hidden =
            if run[0].is_ascii_digit() && run.len() >= NUMBER_DIGITS_MIN { run.len() - 2 } else { 0 };
        masked.extend(std::iter::repeat_n('*', hidden));
        masked.extend(&run[hidden..]);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_capped() {
        let seconds = |text: &str| retry_after(&headers(&[("retry-after", text)]));
        assert_eq!(seconds(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(seconds("999999999"), Some(RETRY_AFTER_MAX));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);

        let date = ("date", "Mon, 23 Nov 2026 09:46:00 GMT");
        let later = |text: &str| retry_after(&headers(&[date, ("retry-after", text)]));
        assert_eq!(later("Mon, 23 Nov 2026 09:46:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(later("Mon, 23 Nov 2026 09:45:00 GMT"), Some(Duration::ZERO));
        assert_eq!(later("Tue, 24 Nov 2026 09:45:00 GMT"), Some(RETRY_AFTER_MAX));
    }

    #[test]
    fn phone_numbers_in_messages_are_masked_and_codes_are_not() {
        assert_eq!(
            mask_numbers("The 'To' number +15558675310 is not valid"),
            "The 'To' number +*********10 is not valid"
        );
        assert_eq!(mask_numbers("error 21211, see 2010-04-01"), "error 21211, see 2010-04-01");
        assert_eq!(mask_numbers("né 1234567"), "né *****67");
    }
}
