//! The log: readable lines for people or JSON for machines, on standard error.

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, TelemetrySettings};

/// Writes log lines from now on. Does nothing when the process (a test's, for one) has a subscriber already.
pub fn init(settings: &TelemetrySettings) {
    let filter = EnvFilter::new(&settings.filter);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error says that somebody else chose the subscriber first; theirs stays.
    let _already_set = match settings.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
