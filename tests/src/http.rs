//! Requests, as any client makes them.

use std::sync::Once;
use std::time::Duration;

use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

/// A client that waits longer than the services do before they give up.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error says that somebody else was first.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .timeout(TIMEOUT)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .expect("a client of plain HTTP can be built")
}

/// An answer that has come in whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub text: String,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Self { status, headers, text: response.text().await? })
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The cookie that it sets, as it is sent back: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let header = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        header.split(';').next().map(str::to_owned)
    }

    /// Itself, if it is a success.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self
    }
}
