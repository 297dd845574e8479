//! Futures that are dropped before they are done, as those of clients that have gone.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

/// Polls a future until it is done or has been polled `polls` times; then drops it wherever it stands.
pub async fn cut_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            // Whoever wakes the future wakes this one, and finds it gone.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
