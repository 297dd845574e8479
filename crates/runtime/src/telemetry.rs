//! The log: readable lines for people or JSON for machines, on standard error.

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, TelemetrySettings};

/// lapin logs a message that the broker returns with its body, which holds a customer's words. What is returned is
/// reported by the bus itself.
const LEAKS_BODIES: &str = "lapin::returned_messages=off";

/// Writes log lines from now on. Does nothing when the process (a test's, for one) has a subscriber already.
pub fn init(settings: &TelemetrySettings) {
    let silent = LEAKS_BODIES.parse().expect("a directive that a test reads");
    let filter = EnvFilter::new(&settings.filter).add_directive(silent);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error says that somebody else chose the subscriber first; theirs stays.
    let _already_set = match settings.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directive_that_keeps_bodies_out_of_the_log_is_well_formed() {
        LEAKS_BODIES.parse::<tracing_subscriber::filter::Directive>().unwrap();
    }
}
