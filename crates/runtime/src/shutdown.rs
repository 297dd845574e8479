//! An orderly stop: a token that is cancelled by SIGTERM or SIGINT and handed to whoever has to finish something.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal as listen};
use tokio_util::sync::CancellationToken;

/// The exit code of a process whose second signal ended it at once.
const IMPATIENT_EXIT_CODE: i32 = 130;

/// A token that is cancelled by the first SIGTERM or SIGINT. The second one ends the process on the spot.
///
/// # Panics
/// Outside a Tokio runtime, or when the kernel refuses a signal handler.
pub fn signal() -> CancellationToken {
    let token = CancellationToken::new();
    let mut signals = Signals {
        terminate: listen(SignalKind::terminate()).expect("SIGTERM can be handled"),
        interrupt: listen(SignalKind::interrupt()).expect("SIGINT can be handled"),
    };
    let cancelled = token.clone();
    tokio::spawn(async move {
        let name = signals.next().await;
        tracing::info!("{name} received: finishing what is in flight");
        cancelled.cancel();
        let name = signals.next().await;
        tracing::warn!("{name} received again: stopping at once");
        std::process::exit(IMPATIENT_EXIT_CODE);
    });
    token
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Waits until `work` is done, but no longer than `limit`. Returns whether it was done; says so in the log when not.
pub async fn drain(what: &str, limit: Duration, work: impl Future<Output = ()>) -> bool {
    let done = tokio::time::timeout(limit, work).await.is_ok();
    if !done {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(limit_ms, "{what} was not finished in time and is left for the next start");
    }
    done
}
