//! Answers to requests that change nothing.

use reqwest::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::outcome::{ReadError, api_error, describe, read_body, retry_after};
use crate::message::Message;

/// Most bytes of a page: a thousand messages of 1,600 characters with room to spare.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) messages: Vec<Message>,
    #[serde(default)]
    pub(super) next_page_uri: Option<String>,
}

/// Judges the answer to a read request.
pub(super) async fn of_read<T: DeserializeOwned>(sent: reqwest::Result<Response>) -> Result<T, ReadError> {
    let response = sent.map_err(|error| ReadError::Transport(describe(&error)))?;
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let body = read_body(response, PAGE_BYTES_MAX).await;
    if !status.is_success() {
        return Err(ReadError::Api { status: status.as_u16(), code: api_error(body).code, retry_after });
    }
    let body = body.map_err(ReadError::Transport)?;
    serde_json::from_slice(&body).map_err(|error| ReadError::Unreadable(error.to_string()))
}

/// The URL of the next page, which must stay on the same host: the credentials go with it.
pub(super) fn next_page(base: &Url, uri: &str) -> Result<Url, ReadError> {
    let refused = || ReadError::Unreadable("the next page lies elsewhere".to_owned());
    let prefix = base.path().trim_end_matches('/');
    let url = if uri.starts_with('/') { base.join(&format!("{prefix}{uri}")) } else { base.join(uri) };
    let url = url.map_err(|_| refused())?;
    if url.origin() == base.origin() { Ok(url) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_prefix_and_never_leaves_the_host() {
        let base: Url = "http://127.0.0.1:8090/twilio/".parse().unwrap();
        let next = next_page(&base, "/2010-04-01/Accounts/AC1/Messages.json?Page=1").unwrap();
        assert_eq!(
            next.as_str(),
            "http://127.0.0.1:8090/twilio/2010-04-01/Accounts/AC1/Messages.json?Page=1"
        );

        let base: Url = "https://api.twilio.com".parse().unwrap();
        for elsewhere in ["https://evil.example/x", "//evil.example/x", "http://api.twilio.com/x"] {
            assert!(next_page(&base, elsewhere).is_err(), "{elsewhere}");
        }
    }
}
