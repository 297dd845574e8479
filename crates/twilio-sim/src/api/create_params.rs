//! The parameters of a create request, checked in Twilio's words.
//!
//! Magic numbers: <https://www.twilio.com/docs/iam/test-credentials>.

use std::time::Duration;

use deskbell_domain::Timestamp;
use hyper::StatusCode;
use url::Url;

use super::auth::is_sid;
use super::error::ApiError;
use super::{Params, param};

/// Most characters of a text.
const BODY_CHARS_MAX: usize = 1_600;
/// Longest time in the queue.
const VALIDITY_PERIOD_MAX_S: u32 = 36_000;
/// Earliest and latest time of a scheduled message, from now.
const SEND_AT: std::ops::RangeInclusive<Duration> = Duration::from_mins(5)..=Duration::from_hours(35 * 24);
/// The one sender that test credentials may use.
const MAGIC_SENDER: &str = "+15005550006";

/// Who sends.
#[derive(Debug, PartialEq)]
pub(super) enum Sender {
    Number(String),
    Service(String),
}

impl Sender {
    /// What a STOP is counted against.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Number(sender) | Self::Service(sender) => sender,
        }
    }
}

/// A create request that Twilio would accept from an account in good standing.
#[derive(Debug, PartialEq)]
pub(super) struct CreateParams {
    pub(super) to: String,
    pub(super) sender: Sender,
    pub(super) body: String,
    pub(super) status_callback: Option<String>,
    pub(super) scheduled_in: Option<Duration>,
}

impl CreateParams {
    pub(super) fn parse(form: &Params, now: Timestamp, test_credentials: bool) -> Result<Self, ApiError> {
        let to = recipient(form)?;
        let sender = sender(form, test_credentials)?;
        let body = body(form)?;
        if let Some(period) = param(form, "ValidityPeriod")
            && !period.parse().is_ok_and(|seconds: u32| (1..=VALIDITY_PERIOD_MAX_S).contains(&seconds))
        {
            return Err(ApiError::bad(21624, format!("The validity period value {period} is invalid")));
        }
        let status_callback = param(form, "StatusCallback").map(status_callback).transpose()?;
        let scheduled_in = schedule(form, &sender, now)?;
        Ok(Self { to, sender, body, status_callback, scheduled_in })
    }
}

/// `+`, a digit other than 0, and 6 to 14 further digits (E.164).
pub(crate) fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

fn recipient(form: &Params) -> Result<String, ApiError> {
    let to = param(form, "To").ok_or_else(|| ApiError::bad(21604, "A 'To' phone number is required."))?;
    let magic = match to {
        "+15005550001" => Some(21211),
        "+15005550002" => Some(21612),
        "+15005550003" => Some(21408),
        "+15005550004" => Some(21610),
        "+15005550009" => Some(21614),
        _ => None,
    };
    match magic {
        Some(21610) => Err(opted_out()),
        Some(21612) => Err(ApiError::bad(
            21612,
            format!("The 'To' phone number {to} is not currently reachable via SMS"),
        )),
        Some(21408) => Err(ApiError::bad(
            21408,
            "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
        )),
        Some(21614) => Err(ApiError::bad(21614, format!("'To' number {to} is not a valid mobile number"))),
        None if is_phone_number(to) => Ok(to.to_owned()),
        _ => Err(ApiError::bad(21211, format!("The 'To' number {to} is not a valid phone number."))),
    }
}

/// The refusal of a recipient who has answered STOP.
pub(super) fn opted_out() -> ApiError {
    ApiError::bad(21610, "Attempt to send to unsubscribed recipient")
}

fn sender(form: &Params, test_credentials: bool) -> Result<Sender, ApiError> {
    if let Some(service) = param(form, "MessagingServiceSid") {
        let known = is_sid(service, "MG");
        let refusal = || ApiError::bad(21701, format!("The Messaging Service {service} does not exist"));
        return if known { Ok(Sender::Service(service.to_owned())) } else { Err(refusal()) };
    }
    let from = param(form, "From")
        .ok_or_else(|| ApiError::bad(21603, "A 'From' or 'MessagingServiceSid' parameter is required."))?;
    let not_ours = || {
        let message = format!(
            "The 'From' phone number provided ({from}) is not a valid message-capable Twilio phone number"
        );
        ApiError::bad(21606, message)
    };
    match from {
        "+15005550001" => {
            Err(ApiError::bad(21212, format!("The 'From' number {from} is not a valid phone number")))
        }
        "+15005550007" => Err(not_ours()),
        "+15005550008" => Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, 21611, "SMS queue is full.")),
        _ if test_credentials && from != MAGIC_SENDER => Err(not_ours()),
        _ if is_phone_number(from) || is_short_or_named(from) => Ok(Sender::Number(from.to_owned())),
        _ => Err(ApiError::bad(21212, format!("The 'From' number {from} is not a valid phone number"))),
    }
}

/// A short code, or a name of up to 11 characters.
fn is_short_or_named(sender: &str) -> bool {
    let plain = sender.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    let digits = sender.bytes().all(|byte| byte.is_ascii_digit());
    plain && if digits { (3..=8).contains(&sender.len()) } else { sender.len() <= 11 }
}

fn body(form: &Params) -> Result<String, ApiError> {
    let body = param(form, "Body").ok_or_else(|| ApiError::bad(21602, "Message body is required."))?;
    if body.chars().count() > BODY_CHARS_MAX {
        return Err(ApiError::bad(21617, "The concatenated message body exceeds the 1600 character limit."));
    }
    Ok(body.to_owned())
}

fn status_callback(text: &str) -> Result<String, ApiError> {
    let host_is_fine = |url: Url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'))
    };
    if text.parse().is_ok_and(host_is_fine) {
        return Ok(text.to_owned());
    }
    Err(ApiError::bad(21609, format!("The StatusCallback URL {text} is not a valid URL.")))
}

fn schedule(form: &Params, sender: &Sender, now: Timestamp) -> Result<Option<Duration>, ApiError> {
    if param(form, "ScheduleType").is_none() && param(form, "SendAt").is_none() {
        return Ok(None);
    }
    if matches!(sender, Sender::Number(_)) {
        return Err(ApiError::bad(35118, "MessagingServiceSid is required to schedule a message"));
    }
    let at: Option<Timestamp> = param(form, "SendAt").and_then(|text| text.parse().ok());
    let at = at.ok_or_else(|| ApiError::bad(35111, "SendAt timestamp is missing"))?;
    match at.since(now) {
        ahead if SEND_AT.contains(&ahead) => Ok(Some(ahead)),
        _ => Err(ApiError::bad(35114, "SendAt must be between 300 seconds and 35 days in the future")),
    }
}
