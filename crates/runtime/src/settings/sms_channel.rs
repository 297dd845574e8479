//! Chooses the way SMS go and names what is missing for it.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Settings;
use super::layers::Layers;

/// Which way SMS go.
#[derive(Debug, Clone)]
pub enum SmsChannel {
    /// Through Twilio.
    Twilio(Box<TwilioAccount>),
    /// Into the log and the delivery log, with status `simulated`.
    DryRun {
        /// Why nothing is sent.
        reason: DryRunReason,
    },
}

/// Why SMS are only simulated. Displays as a sentence for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRunReason {
    /// `ENABLE_SMS_NOTIFICATIONS=false`.
    Disabled,
    /// No Twilio account is set.
    NoAccount,
}

impl fmt::Display for DryRunReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disabled => "ENABLE_SMS_NOTIFICATIONS is false",
            Self::NoAccount => "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set",
        })
    }
}

/// A complete set of credentials and a sender.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// `AC…`.
    pub account_sid: String,
    /// Signs callbacks, and requests when there is no API key.
    pub auth_token: SecretString,
    /// Used for requests instead of the token.
    pub api_key: Option<TwilioApiKey>,
    /// Where SMS come from.
    pub sender: SmsSender,
    /// Where Twilio's API is.
    pub api_base_url: Url,
    /// How long one request may take in all.
    pub request_timeout: Duration,
}

/// An API key of the account.
#[derive(Debug, Clone)]
pub struct TwilioApiKey {
    /// `SK…`.
    pub sid: String,
    /// Shown once by Twilio when the key was made.
    pub secret: SecretString,
}

/// Where SMS come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsSender {
    /// One number, as it was set.
    PhoneNumber(String),
    /// A Messaging Service, `MG…`; it takes precedence over a number.
    MessagingService(String),
}

/// A setting without which the others are of no use.
pub(super) struct Missing {
    pub(super) key: &'static str,
    pub(super) detail: &'static str,
}

/// Reports an incomplete or contradictory set of credentials.
pub(super) fn check(settings: &Settings, layers: &mut Layers) {
    if let Err(missing) = choose(settings) {
        layers.report(missing.key, missing.detail);
    }
    if settings.twilio.request_timeout_ms >= settings.notifier.lease_ms {
        let detail = format!(
            "expected less than notifier.lease_ms ({}): a request must end before another process may take over",
            settings.notifier.lease_ms
        );
        layers.report("twilio.request_timeout_ms", detail);
    }
}

pub(super) fn choose(settings: &Settings) -> Result<SmsChannel, Missing> {
    if !settings.notifications.enabled {
        return Ok(SmsChannel::DryRun { reason: DryRunReason::Disabled });
    }
    let twilio = &settings.twilio;
    let (account_sid, auth_token) = match (&twilio.account_sid, &twilio.auth_token) {
        (Some(account_sid), Some(auth_token)) => (account_sid.clone(), auth_token.clone()),
        (Some(_), None) => {
            return missing(
                "twilio.auth_token",
                "TWILIO_ACCOUNT_SID is set but this is not; Twilio signs its callbacks with it, also when an API key sends",
            );
        }
        (None, Some(_)) => return missing("twilio.account_sid", "TWILIO_AUTH_TOKEN is set but this is not"),
        (None, None) if twilio.api_key_sid.is_some() => {
            return missing("twilio.account_sid", "TWILIO_API_KEY_SID is set but this is not");
        }
        (None, None) => return Ok(SmsChannel::DryRun { reason: DryRunReason::NoAccount }),
    };
    let api_key = match (&twilio.api_key_sid, &twilio.api_key_secret) {
        (Some(sid), Some(secret)) => Some(TwilioApiKey { sid: sid.clone(), secret: secret.clone() }),
        (Some(_), None) => {
            return missing("twilio.api_key_secret", "TWILIO_API_KEY_SID is set but this is not");
        }
        (None, Some(_)) => {
            return missing("twilio.api_key_sid", "TWILIO_API_KEY_SECRET is set but this is not");
        }
        (None, None) => None,
    };
    let sender = match (&twilio.messaging_service_sid, &twilio.phone_number) {
        (Some(sid), _) => SmsSender::MessagingService(sid.clone()),
        (None, Some(number)) => SmsSender::PhoneNumber(number.clone()),
        (None, None) => {
            return missing(
                "twilio.phone_number",
                "the account is set but no sender: set this to your Twilio number, or set TWILIO_MESSAGING_SERVICE_SID",
            );
        }
    };
    Ok(SmsChannel::Twilio(Box::new(TwilioAccount {
        account_sid,
        auth_token,
        api_key,
        sender,
        api_base_url: twilio.api_base_url.clone(),
        request_timeout: twilio.request_timeout(),
    })))
}

fn missing(key: &'static str, detail: &'static str) -> Result<SmsChannel, Missing> {
    Err(Missing { key, detail })
}
