//! The panel's people and sessions.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::check::{Check, Section};

const PASSWORD_LENGTH_MIN: usize = 8;

/// `[admin]`: the first account, sessions and links.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSettings {
    /// The first ADMIN's mail address, used when the database has no users yet.
    pub email: Option<String>,
    /// The first ADMIN's password; not set: one is made up and shown once in the log.
    pub password: Option<SecretString>,
    /// How long a session lives without being used.
    pub session_ttl_s: u64,
    /// Log-in attempts from one address in a minute; 0 sets no limit.
    pub logins_per_ip_per_minute: u32,
    /// How long the link in an SMS opens its chat.
    pub link_ttl_s: u64,
    /// Test notifications in an hour, for all users together.
    pub test_notifications_per_hour: u32,
}

impl AdminSettings {
    /// See `session_ttl_s`.
    pub fn session_ttl(&self) -> Duration {
        Duration::from_secs(self.session_ttl_s)
    }

    /// See `link_ttl_s`.
    pub fn link_ttl(&self) -> Duration {
        Duration::from_secs(self.link_ttl_s)
    }
}

impl Section for AdminSettings {
    fn check(&self, check: &mut Check<'_>) {
        if let Some(email) = &self.email {
            let holds =
                email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
            check.expect("email", holds, format!("expected a mail address, not {email:?}"));
        }
        if let Some(password) = &self.password {
            let holds = password.expose_secret().chars().count() >= PASSWORD_LENGTH_MIN;
            check.expect("password", holds, format!("expected at least {PASSWORD_LENGTH_MIN} characters"));
        }
        check.positive("session_ttl_s", self.session_ttl_s);
        check.positive("link_ttl_s", self.link_ttl_s);
    }
}
