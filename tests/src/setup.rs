//! What a deployment is set up with, in the names that anybody uses who runs Deskbell.

use std::collections::BTreeMap;

/// How Deskbell runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `deskbell`: everything in one process, on SQLite.
    Embedded,
    /// Three processes on PostgreSQL and RabbitMQ.
    Services,
}

/// The owner's phone.
pub const OWNER: &str = "+14155552671";
/// A manager's phone.
pub const MANAGER: &str = "+14155552672";
/// The number that SMS come from.
pub const SENDER: &str = "+15005550006";
/// The business's name.
pub const BUSINESS: &str = "Bright Homes";
/// The mail address of the first admin.
pub const ADMIN_EMAIL: &str = "owner@example.com";
/// The password of the first admin.
pub const ADMIN_PASSWORD: &str = "correct horse battery staple";

pub(crate) const ACCOUNT_SID: &str = "AC00000000000000000000000000000001";
pub(crate) const AUTH_TOKEN: &str = "e2e-auth-token";

/// Settings that make pauses short, so that stories are told in seconds. Limits per address are out of the way: all
/// visitors come from this machine.
const QUICK: &[(&str, &str)] = &[
    ("DESKBELL__PROCESS__WORKER_THREADS", "2"),
    ("DESKBELL__PROCESS__STARTUP_TIMEOUT_MS", "20000"),
    ("DESKBELL__DATABASE__POOL_SIZE", "6"),
    ("DESKBELL__CHAT_API__WORKERS", "1"),
    ("DESKBELL__CHAT_API__CONVERSATIONS_PER_IP_PER_HOUR", "1000000"),
    ("DESKBELL__CHAT_API__MESSAGES_PER_IP_PER_MINUTE", "1000000"),
    ("DESKBELL__CHAT_API__MESSAGES_PER_VISITOR_PER_MINUTE", "1000000"),
    ("DESKBELL__CHAT_API__READS_PER_IP_PER_MINUTE", "1000000"),
    ("DESKBELL__ADMIN_API__REQUESTS_PER_IP_PER_MINUTE", "1000000"),
    ("DESKBELL__OUTBOX__SWEEP_INTERVAL_MS", "200"),
    ("DESKBELL__OUTBOX__LEASE_MS", "2000"),
    ("DESKBELL__TWILIO__REQUEST_TIMEOUT_MS", "1500"),
    ("DESKBELL__NOTIFIER__LEASE_MS", "2500"),
    ("DESKBELL__NOTIFIER__CLAIM_POLL_MS", "200"),
    ("DESKBELL__NOTIFIER__SEGMENTS_PER_SECOND", "1000"),
    ("DESKBELL__NOTIFIER__RETRY_DELAY_MIN_MS", "200"),
    ("DESKBELL__NOTIFIER__RETRY_DELAY_MAX_MS", "1000"),
    ("DESKBELL__NOTIFIER__RECONCILE_WINDOW_MS", "3000"),
    ("DESKBELL__NOTIFIER__CIRCUIT_OPEN_MS", "1000"),
];

/// How a deployment is set up before it starts.
#[derive(Debug, Clone)]
pub struct Setup {
    settings: BTreeMap<String, String>,
    /// The URL of a RabbitMQ that the test keeps for itself; otherwise the run's.
    pub(crate) amqp_url: Option<String>,
    /// The URL of a PostgreSQL database that the test keeps for itself; otherwise one on the run's.
    pub(crate) database_url: Option<String>,
}

impl Setup {
    /// An owner with a phone, a Twilio account, and short pauses.
    pub fn ordinary() -> Self {
        let setup = Self { settings: BTreeMap::new(), amqp_url: None, database_url: None };
        let quick = QUICK.iter().fold(setup, |setup, (name, value)| setup.with(name, value));
        quick
            .with("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
            .with("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
            .with("TWILIO_PHONE_NUMBER", SENDER)
            .with("OWNER_PHONE_NUMBER", OWNER)
            .with("BUSINESS_NAME", BUSINESS)
            .with("ADMIN_EMAIL", ADMIN_EMAIL)
            .with("ADMIN_PASSWORD", ADMIN_PASSWORD)
    }

    /// Sets a setting by its name in the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Leaves a setting out.
    pub fn without(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Puts the deployment on servers of the test's own, which it can kill.
    pub fn on(self, database_url: &str, amqp_url: &str) -> Self {
        Self { amqp_url: Some(amqp_url.to_owned()), database_url: Some(database_url.to_owned()), ..self }
    }

    pub(crate) fn settings(&self) -> impl Iterator<Item = (&String, &String)> {
        self.settings.iter()
    }
}
