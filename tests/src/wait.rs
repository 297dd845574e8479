//! Waiting for something to come about.

use std::time::Duration;

use tokio::time::{Instant, interval};

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Looks until there is something to see, and returns it.
///
/// # Panics
/// When nothing is seen `within` that time; the message names `what` was waited for.
pub async fn eventually<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + within;
    let mut polls = interval(POLL_INTERVAL);
    loop {
        polls.tick().await;
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited {within:?} in vain: {what}");
    }
}
