//! The process itself: threads, time limits, logs.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use super::check::{Check, Section};
use super::values;

/// `[process]`: threads and time limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessSettings {
    /// Threads for everything but HTTP; 0 takes one per core.
    pub worker_threads: usize,
    /// How long a starting process tries to reach its database and broker before it gives up.
    pub startup_timeout_ms: u64,
    /// How long a stopping process may take to finish what is in flight.
    pub shutdown_timeout_ms: u64,
}

impl ProcessSettings {
    /// See `startup_timeout_ms`.
    pub fn startup_timeout(&self) -> Duration {
        Duration::from_millis(self.startup_timeout_ms)
    }

    /// See `shutdown_timeout_ms`.
    pub fn shutdown_timeout(&self) -> Duration {
        Duration::from_millis(self.shutdown_timeout_ms)
    }
}

impl Section for ProcessSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("worker_threads", self.worker_threads, 0, 1024);
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("expected text or json"),
        }
    }
}

/// `[telemetry]`: what is logged and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// `text` or `json`.
    #[serde(deserialize_with = "values::parsed")]
    pub format: LogFormat,
    /// Which lines are written, as `tracing` filters: `info`, `warn,deskbell_bus=debug`.
    pub filter: String,
}

impl Section for TelemetrySettings {
    fn check(&self, check: &mut Check<'_>) {
        let parsed = self.filter.parse::<tracing_subscriber::filter::Targets>();
        check.expect(
            "filter",
            parsed.is_ok(),
            "expected a log filter such as info or warn,deskbell_bus=debug",
        );
    }
}
