//! Where state lives and how it moves: database, broker, outbox, retention.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::check::{Check, Section};

/// `[database]`: the one place where everything is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host/database` or `sqlite://path/to/file`. With TLS: `?sslmode=verify-full`, and
    /// `&sslrootcert=/path/to/ca.pem` for an authority that the machine does not trust already.
    pub url: SecretString,
    /// Connections kept open at most (PostgreSQL; SQLite has one writer and a few readers).
    pub pool_size: u32,
    /// How long a request waits for a connection before it fails.
    pub connect_timeout_ms: u64,
}

impl DatabaseSettings {
    /// Whether this is the embedded database, which one process has to itself.
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite:")
    }

    /// See `connect_timeout_ms`.
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }
}

impl Section for DatabaseSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.scheme("url", &self.url, &["postgres://", "postgresql://", "sqlite://"]);
        check.within("pool_size", self.pool_size, 1, 1000);
        check.positive("connect_timeout_ms", self.connect_timeout_ms);
    }
}

/// `[bus]`: the way between the services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusSettings {
    /// `amqp://user:password@host:5672/%2f`, or `memory:` within one process.
    pub url: SecretString,
    /// Events a consumer holds unacknowledged at most.
    pub prefetch: u16,
    /// How long a publish waits for the broker's confirm before it counts as failed.
    pub publish_timeout_ms: u64,
}

impl BusSettings {
    /// Whether this is the in-process bus.
    pub fn is_memory(&self) -> bool {
        self.url.expose_secret().starts_with("memory:")
    }

    /// See `publish_timeout_ms`.
    pub fn publish_timeout(&self) -> Duration {
        Duration::from_millis(self.publish_timeout_ms)
    }
}

impl Section for BusSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.scheme("url", &self.url, &["amqp://", "amqps://", "memory:"]);
        check.positive("prefetch", self.prefetch.into());
        check.positive("publish_timeout_ms", self.publish_timeout_ms);
    }
}

/// `[outbox]`: how events get from the database to the broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboxSettings {
    /// Events on their way to the broker at once, at most.
    pub relay_in_flight: usize,
    /// How often events that were left behind (a crash, a broker that was down) are looked for.
    pub sweep_interval_ms: u64,
    /// When a published event that no consumer has recorded is published again.
    pub republish_after_ms: u64,
    /// How long one process may hold an event before another may take it.
    pub lease_ms: u64,
}

impl OutboxSettings {
    /// See `sweep_interval_ms`.
    pub fn sweep_interval(&self) -> Duration {
        Duration::from_millis(self.sweep_interval_ms)
    }

    /// See `republish_after_ms`.
    pub fn republish_after(&self) -> Duration {
        Duration::from_millis(self.republish_after_ms)
    }

    /// See `lease_ms`.
    pub fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }
}

impl Section for OutboxSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("relay_in_flight", self.relay_in_flight, 1, 65_536);
        check.positive("sweep_interval_ms", self.sweep_interval_ms);
        check.positive("republish_after_ms", self.republish_after_ms);
        check.positive("lease_ms", self.lease_ms);
    }
}

/// `[retention]`: how long data is kept. 0 keeps it for ever.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettings {
    /// Conversations without a new message for this long are deleted with all that belongs to them.
    pub conversations_days: u32,
    /// The delivery log.
    pub deliveries_days: u32,
    /// The audit log.
    pub audit_days: u32,
    /// Events that were published and consumed.
    pub events_days: u32,
    /// How often old data is looked for.
    pub sweep_interval_ms: u64,
}

impl Section for RetentionSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.positive("sweep_interval_ms", self.sweep_interval_ms);
    }
}
