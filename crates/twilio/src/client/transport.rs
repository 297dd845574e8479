//! The one HTTP client that may carry a request to Twilio: it never repeats a request of which a byte may have left.

use std::time::Duration;

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("cannot build the HTTP client for Twilio")]
pub struct BuildError(#[from] reqwest::Error);

/// Longest wait for a connection. Shorter than any sensible total timeout, so that a peer that does not answer shows as
/// "nothing was sent" and not as "who knows".
const CONNECT_TIMEOUT_MAX: Duration = Duration::from_secs(5);

/// How long an unused connection is kept. Shorter than the usual idle timeout of load balancers, so that a request
/// rarely meets a connection that is just being closed.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// An HTTP client with `timeout` in total per request (connecting, sending, and reading the answer).
///
/// - HTTP/1.1 only, no redirects, no proxies from the environment, no automatic retries: reqwest's own policy is
///   switched off.
/// - One repetition remains below, in the connection pool, and is harmless: when a pooled connection turns out to be
///   closed, a request that hyper had not taken up yet (it hands the request back untouched) goes to a fresh connection.
///   A request of which anything may have been written is never handed back.
///
/// The process must have installed a rustls crypto provider before.
///
/// # Errors
/// When no crypto provider is installed or the platform's root certificates cannot be used.
pub fn http_client(timeout: Duration) -> Result<reqwest::Client, BuildError> {
    Ok(reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT_MAX.min(timeout / 2))
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .user_agent(concat!("deskbell/", env!("CARGO_PKG_VERSION")))
        .build()?)
}
