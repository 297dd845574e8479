//! One signed post. As Twilio does it: 5 s to connect, 15 s in total, one repetition when the connection fails, and an
//! idempotency token that the repetition keeps.

use std::net::IpAddr;
use std::time::Duration;

use deskbell_twilio::signature;
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use url::{Host, Url};

use crate::sim::Sim;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);
const ATTEMPTS_MAX: u32 = 2;
/// Most bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A post and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    url: String,
    form: Vec<(String, String)>,
    idempotency_token: String,
    /// Signed by somebody who does not know the auth token.
    pub(crate) forged: bool,
    pub(crate) attempts: u32,
    pub(crate) answer: Option<u16>,
    pub(crate) answer_body: String,
    pub(crate) error: Option<String>,
}

impl Post {
    pub(crate) fn new(url: &str, form: Vec<(String, String)>, idempotency_token: String) -> Self {
        Self {
            url: url.to_owned(),
            form,
            idempotency_token,
            forged: false,
            attempts: 0,
            answer: None,
            answer_body: String::new(),
            error: None,
        }
    }

    /// The same, signed by somebody who does not know the auth token, if so wished.
    pub(crate) fn forged(self, forged: bool) -> Self {
        Self { forged, ..self }
    }

    /// One that is not sent at all.
    pub(super) fn lost() -> Self {
        Self { error: Some("lost".to_owned()), ..Self::new("", Vec::new(), String::new()) }
    }

    fn failed(self, error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..self }
    }
}

/// The client for callbacks.
pub(crate) fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .user_agent("TwilioProxy/1.1")
        .build()
}

/// Sends a post, signed for the URL it was meant for.
pub(crate) async fn post(sim: &Sim, mut request: Post) -> Post {
    let Ok(url) = request.url.parse::<Url>() else { return request.failed("the URL does not parse") };
    let target = sim.settings.callback_target.as_ref().map_or(url.clone(), |base| redirected(&url, base));
    if !sim.settings.allow_non_loopback && !is_loopback(&target) {
        return request.failed("not sent: only loopback addresses are called");
    }
    let wrong_token = SecretString::from("somebody else's token");
    let token = if request.forged { &wrong_token } else { &sim.settings.auth_token };
    let signature = signature::sign(token, &request.url, &request.form);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.form).finish();
    let Ok(_slot) = sim.callback_slots.acquire().await else { return request.failed("stopped") };
    loop {
        request.attempts += 1;
        let sent = sim
            .http
            .post(target.clone())
            .header(signature::HEADER, &signature)
            .header("I-Twilio-Idempotency-Token", &request.idempotency_token)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
            .body(body.clone())
            .send()
            .await;
        match sent {
            Ok(response) => {
                request.answer = Some(response.status().as_u16());
                request.answer_body = text(response).await;
                return request;
            }
            Err(error) if error.is_connect() && request.attempts < ATTEMPTS_MAX => {}
            Err(error) => return request.failed(error.without_url().to_string()),
        }
    }
}

async fn text(mut response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_BYTES_MAX {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The URL with scheme, host and port of `base`.
fn redirected(url: &Url, base: &Url) -> Url {
    let mut target = base.clone();
    target.set_path(url.path());
    target.set_query(url.query());
    target
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_counts_as_loopback() {
        for (url, expected) in [
            ("http://127.0.0.1:1/x", true),
            ("http://[::1]/x", true),
            ("http://localhost:8082/x", true),
            ("https://chat.example.com/x", false),
            ("http://127.0.0.1.example.com/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn a_target_takes_path_and_query_along() {
        let target =
            redirected(&"https://a.example/s?x=1".parse().unwrap(), &"http://127.0.0.1:9".parse().unwrap());
        assert_eq!(target.as_str(), "http://127.0.0.1:9/s?x=1");
    }
}
