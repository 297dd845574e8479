//! What is fixed when the stand-in starts. Nothing else reads the environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use secrecy::SecretString;
use url::Url;

use crate::behaviour::{Behaviour, CallbackMode};

/// How the stand-in starts.
#[derive(Clone, Debug)]
pub struct SimSettings {
    /// Where it listens; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Whether it may listen on, and call back to, anything but this machine.
    pub allow_non_loopback: bool,
    /// The only account it knows; without it, any `AC` + 32 hex digits will do.
    pub account_sid: Option<String>,
    /// The auth token: authenticates requests and signs callbacks.
    pub auth_token: SecretString,
    /// The only API key it knows; without it, any `SK` + 32 hex digits will do.
    pub api_key_sid: Option<String>,
    /// The secret of API keys.
    pub api_key_secret: SecretString,
    /// Scheme, host and port to which callbacks are really sent, while they are signed for the URL they were meant for:
    /// what a reverse proxy does.
    pub callback_target: Option<Url>,
    /// Everything random follows from it.
    pub seed: u64,
    /// How much it remembers.
    pub limits: Limits,
    /// How it behaves at first.
    pub behaviour: Behaviour,
}

/// How much the stand-in remembers; the oldest goes first, the counts stay.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests to the API.
    pub requests_max: usize,
    /// Messages.
    pub messages_max: usize,
    /// Callbacks.
    pub callbacks_max: usize,
    /// Bytes of one request's body.
    pub body_bytes_max: usize,
    /// Callbacks on their way at a time.
    pub callbacks_in_flight_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_max: 20_000,
            messages_max: 50_000,
            callbacks_max: 20_000,
            body_bytes_max: 64 * 1024,
            callbacks_in_flight_max: 256,
        }
    }
}

impl Default for SimSettings {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_non_loopback: false,
            account_sid: None,
            auth_token: SecretString::from("sim-auth-token"),
            api_key_sid: None,
            api_key_secret: SecretString::from("sim-api-key-secret"),
            callback_target: None,
            seed: 1,
            limits: Limits::default(),
            behaviour: Behaviour::default(),
        }
    }
}

/// A variable that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct SettingsError {
    /// The variable.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What the names of all variables begin with.
const PREFIX: &str = "TWILIO_SIM_";
/// The port of the binary.
const DEFAULT_PORT: u16 = 8090;

impl SimSettings {
    /// The binary's settings from variables such as `TWILIO_SIM_BIND`; others than `TWILIO_SIM_…` and empty ones are
    /// passed over.
    ///
    /// # Errors
    /// When a variable is unknown or its value does not parse; the error names it.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut settings =
            Self { bind: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)), ..Self::default() };
        for (key, value) in variables {
            let value = value.trim();
            if let Some(name) = key.strip_prefix(PREFIX).filter(|_| !value.is_empty()) {
                settings.set(name, value).map_err(|problem| SettingsError { key: key.clone(), problem })?;
            }
        }
        Ok(settings)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let behaviour = &mut self.behaviour;
        match name {
            "BIND" => self.bind = parse(value)?,
            "ALLOW_NON_LOOPBACK" => self.allow_non_loopback = parse(value)?,
            "ACCOUNT_SID" => self.account_sid = Some(value.to_owned()),
            "AUTH_TOKEN" => self.auth_token = SecretString::from(value),
            "API_KEY_SID" => self.api_key_sid = Some(value.to_owned()),
            "API_KEY_SECRET" => self.api_key_secret = SecretString::from(value),
            "CALLBACK_TARGET" => self.callback_target = Some(parse(value)?),
            "SEED" => self.seed = parse(value)?,
            "REQUESTS_MAX" => self.limits.requests_max = parse(value)?,
            "MESSAGES_MAX" => self.limits.messages_max = parse(value)?,
            "CALLBACKS_MAX" => self.limits.callbacks_max = parse(value)?,
            "LATENCY_MS" => behaviour.latency_ms = parse(value)?,
            "LATENCY_JITTER_MS" => behaviour.latency_jitter_ms = parse(value)?,
            "STEP_MS" => behaviour.step_ms = parse(value)?,
            "CALLBACKS" => behaviour.callbacks = callback_mode(value)?,
            "LATE_MS" => behaviour.late_ms = parse(value)?,
            "LIST_VISIBILITY_DELAY_MS" => behaviour.list_visibility_delay_ms = parse(value)?,
            "INBOUND_URL" => behaviour.inbound_url = Some(parse::<Url>(value)?.to_string()),
            "ADVANCED_OPT_OUT" => behaviour.advanced_opt_out = parse(value)?,
            "TRIAL" => behaviour.trial = parse(value)?,
            "TEST_CREDENTIALS" => behaviour.test_credentials = parse(value)?,
            _ => return Err("there is no such setting".to_owned()),
        }
        Ok(())
    }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{value:?} does not parse: {error}"))
}

fn callback_mode(value: &str) -> Result<CallbackMode, String> {
    serde_json::from_value(serde_json::Value::from(value)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<SimSettings, SettingsError> {
        SimSettings::from_variables(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn variables_set_what_they_name() {
        let settings = from(&[
            ("TWILIO_SIM_BIND", "127.0.0.1:9"),
            ("TWILIO_SIM_CALLBACKS", "off"),
            ("TWILIO_SIM_SEED", ""),
            ("TWILIO_ACCOUNT_SID", "not ours"),
        ])
        .unwrap();
        assert_eq!(settings.bind.port(), 9);
        assert_eq!(settings.behaviour.callbacks, CallbackMode::Off);
        assert_eq!(from(&[]).unwrap().bind.port(), 8090);
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (key, value) in [
            ("TWILIO_SIM_BIND", "here"),
            ("TWILIO_SIM_CALLBACKS", "sometimes"),
            ("TWILIO_SIM_TRIAL", "2"),
            ("TWILIO_SIM_LATENCY", "1"),
        ] {
            let error = from(&[(key, value)]).unwrap_err();
            assert!(error.to_string().starts_with(key), "{error}");
        }
    }
}
