//! The Twilio account. Which of these are needed together is decided in `sms_channel`.

use std::ops::RangeInclusive;
use std::time::Duration;

use deskbell_domain::phone::PhoneNumber;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::check::{Check, Section};
use super::values;

const SID_LENGTH: usize = 34;
const SHORT_CODE_LENGTH: RangeInclusive<usize> = 3..=8;

/// `[twilio]`: credentials and sender.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// The account: `AC` and 32 hexadecimal digits.
    pub account_sid: Option<String>,
    /// The account's token. Callbacks are signed with it, so it is needed beside an API key too.
    pub auth_token: Option<SecretString>,
    /// The number that SMS come from, in E.164 form.
    pub phone_number: Option<String>,
    /// A Messaging Service to send through instead of one number: `MG` and 32 hexadecimal digits.
    pub messaging_service_sid: Option<String>,
    /// An API key to send with instead of the token: `SK` and 32 hexadecimal digits.
    pub api_key_sid: Option<String>,
    /// The API key's secret.
    pub api_key_secret: Option<SecretString>,
    /// Where Twilio's API is; another address for a stand-in.
    #[serde(deserialize_with = "values::url")]
    pub api_base_url: Url,
    /// How long one request may take in all. Must be shorter than `notifier.lease_ms`.
    pub request_timeout_ms: u64,
}

impl TwilioSettings {
    /// See `request_timeout_ms`.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

impl Section for TwilioSettings {
    fn check(&self, check: &mut Check<'_>) {
        sid(check, "account_sid", "AC", self.account_sid.as_deref());
        sid(check, "messaging_service_sid", "MG", self.messaging_service_sid.as_deref());
        if let Some(number) = &self.phone_number {
            let holds = is_short_code(number) || PhoneNumber::from_e164_stored(number).is_ok();
            check.expect(
                "phone_number",
                holds,
                "expected your Twilio number with + and country code, or a short code",
            );
        }
        sid(check, "api_key_sid", "SK", self.api_key_sid.as_deref());
        check.base_url("api_base_url", &self.api_base_url);
        check.positive("request_timeout_ms", self.request_timeout_ms);
    }
}

/// Three to eight digits that a carrier has assigned; not a telephone number.
fn is_short_code(text: &str) -> bool {
    SHORT_CODE_LENGTH.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Twilio's identifiers: two letters and 32 hexadecimal digits.
fn sid(check: &mut Check<'_>, key: &str, prefix: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    let digits = value.strip_prefix(prefix).unwrap_or_default();
    let holds = value.len() == SID_LENGTH && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    check.expect(
        key,
        holds && !digits.is_empty(),
        format!(
            "expected {prefix} and 32 hexadecimal digits, as Twilio's console shows it; \
             leave it empty to try Deskbell without an account"
        ),
    );
}
