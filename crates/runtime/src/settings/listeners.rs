//! The HTTP side: listeners, public addresses, limits.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use super::check::{Check, Section};
use super::values;

/// The header in which a trusted proxy names the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// What nginx, Caddy, Traefik, HAProxy and the clouds' balancers write.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl FromStr for ForwardedHeader {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err("expected x-forwarded-for or forwarded"),
        }
    }
}

/// `[http]`: what all listeners share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Proxies that are believed about who the client is: addresses and networks. Empty believes nobody.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header those proxies write: `x-forwarded-for` or `forwarded`. The other one is the client's own and ignored.
    #[serde(deserialize_with = "values::parsed")]
    pub forwarded_header: ForwardedHeader,
    /// Largest JSON body that is read.
    pub body_limit_bytes: usize,
    /// How long a client may take to send its request's head.
    pub request_timeout_ms: u64,
    /// How long an idle connection is kept open.
    pub keep_alive_ms: u64,
    /// Open connections per HTTP worker, at most.
    pub max_connections: usize,
    /// Connections the kernel may hold before they are accepted.
    pub backlog: u32,
}

impl HttpSettings {
    /// See `request_timeout_ms`.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// See `keep_alive_ms`.
    pub fn keep_alive(&self) -> Duration {
        Duration::from_millis(self.keep_alive_ms)
    }
}

impl Section for HttpSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("body_limit_bytes", self.body_limit_bytes, 16_384, 16_777_216);
        check.positive("request_timeout_ms", self.request_timeout_ms);
        check.within("max_connections", self.max_connections, 1, 1_000_000);
        check.within("backlog", self.backlog, 1, 65_535);
    }
}

/// `[public]`: the addresses under which people and Twilio reach the services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicSettings {
    /// The chat API, as the website's visitors reach it.
    #[serde(deserialize_with = "values::url")]
    pub chat_url: Url,
    /// The panel, as the owner's phone reaches it: the base of the link in each SMS.
    #[serde(deserialize_with = "values::url")]
    pub admin_url: Url,
    /// The notifier, as Twilio reaches it. Not set: Twilio is asked for no callbacks, and delivery stays unconfirmed.
    #[serde(default, deserialize_with = "values::optional_url")]
    pub notifier_url: Option<Url>,
}

impl Section for PublicSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.base_url("chat_url", &self.chat_url);
        check.base_url("admin_url", &self.admin_url);
        if let Some(url) = &self.notifier_url {
            check.base_url("notifier_url", url);
        }
    }
}

/// `[chat_api]`: the visitors' API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatApiSettings {
    /// Where it listens. Port 0 takes a free one.
    #[serde(deserialize_with = "values::socket")]
    pub bind: SocketAddr,
    /// HTTP workers; 0 takes one per core.
    pub workers: usize,
    /// Websites whose pages may talk to it: `https://example.com`. Empty allows only its own pages, `*` all.
    #[serde(deserialize_with = "values::list")]
    pub allowed_origins: Vec<String>,
    /// New conversations from one address in an hour; 0 sets no limit.
    pub conversations_per_ip_per_hour: u32,
    /// Messages from one address in a minute; 0 sets no limit.
    pub messages_per_ip_per_minute: u32,
    /// Messages in one conversation in a minute; 0 sets no limit.
    pub messages_per_visitor_per_minute: u32,
    /// Pages of messages read from one address in a minute; 0 sets no limit.
    pub reads_per_ip_per_minute: u32,
    /// Open chat windows, at most; 0 sets no limit.
    pub live_connections: usize,
    /// Open chat windows of one address; 0 sets no limit.
    pub live_connections_per_ip: usize,
    /// How often open chats are read again, on average, in case a hint got lost.
    pub live_look_interval_ms: u64,
    /// Whether `/demo` shows a page with the chat on it.
    #[serde(deserialize_with = "values::parsed")]
    pub demo: DemoPage,
}

/// Whether there is a demo page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoPage {
    /// While `public.chat_url` is on this machine: nobody else's customers come by.
    Auto,
    /// Always.
    Shown,
    /// Never.
    Hidden,
}

impl FromStr for DemoPage {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "true" => Ok(Self::Shown),
            "false" => Ok(Self::Hidden),
            _ => Err("expected auto, true or false"),
        }
    }
}

impl ChatApiSettings {
    /// See `live_look_interval_ms`.
    pub fn live_look_interval(&self) -> Duration {
        Duration::from_millis(self.live_look_interval_ms)
    }
}

impl Section for ChatApiSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("workers", self.workers, 0, 1024);
        check.within("live_look_interval_ms", self.live_look_interval_ms, 10, 600_000);
        for origin in self.allowed_origins.iter().filter(|origin| *origin != "*") {
            let detail =
                format!("expected origins such as https://example.com (no path, no /), or *, not {origin:?}");
            check.expect("allowed_origins", is_origin(origin), detail);
        }
    }
}

/// Whether a browser would send exactly this text as `Origin`.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

/// `[admin_api]`: the panel's API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminApiSettings {
    /// Where it listens. Port 0 takes a free one.
    #[serde(deserialize_with = "values::socket")]
    pub bind: SocketAddr,
    /// HTTP workers; 0 takes one per core.
    pub workers: usize,
    /// Requests from one address in a minute; 0 sets no limit.
    pub requests_per_ip_per_minute: u32,
}

impl Section for AdminApiSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("workers", self.workers, 0, 1024);
    }
}

/// `[sms_notifier]`: the listener for Twilio's callbacks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsNotifierSettings {
    /// Where it listens. Port 0 takes a free one.
    #[serde(deserialize_with = "values::socket")]
    pub bind: SocketAddr,
    /// HTTP workers; 0 takes one per core.
    pub workers: usize,
}

impl Section for SmsNotifierSettings {
    fn check(&self, check: &mut Check<'_>) {
        check.within("workers", self.workers, 0, 1024);
    }
}
