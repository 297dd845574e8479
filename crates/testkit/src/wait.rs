//! Waiting on a condition with a deadline.

use std::time::{Duration, Instant};

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Waits until `condition` holds, while other tasks run.
///
/// # Panics
/// When it does not hold `within` that time; the message names `what` was waited for.
#[track_caller]
pub fn wait_until<C, F>(what: &str, within: Duration, mut condition: C) -> impl Future<Output = ()>
where
    C: FnMut() -> F,
    F: Future<Output = bool>,
{
    let caller = std::panic::Location::caller();
    async move {
        let deadline = tokio::time::Instant::now() + within;
        while !condition().await {
            assert!(
                tokio::time::Instant::now() < deadline,
                "waited {within:?} in vain: {what} (at {caller})"
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// Waits until `condition` holds, and blocks the thread.
///
/// # Panics
/// When it does not hold `within` that time; the message names `what` was waited for.
#[track_caller]
pub fn wait_until_blocking(what: &str, within: Duration, condition: impl FnMut() -> bool) {
    assert!(holds_within(within, condition), "waited {within:?} in vain: {what}");
}

/// Whether `condition` came to hold `within` that time.
#[expect(
    clippy::disallowed_methods,
    reason = "the pause between two looks at the condition that is waited on"
)]
pub(crate) fn holds_within(within: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + within;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}
