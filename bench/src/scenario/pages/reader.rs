//! Reads pages as a visitor's window and the panel do.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::fill::{LONG_CONVERSATION, VISITOR_TOKEN};
use crate::http::{Connection, get, post_json};
use crate::servers::Site;
use crate::stack::{ADMIN_EMAIL, ADMIN_PASSWORD, Deskbell, Service, Stack};
use crate::timing::Latencies;

const PAGE: u64 = 50;

/// A page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// The beginning of a long conversation.
    HistoryFirst,
    /// Its end.
    HistoryLast,
    /// The conversations with the latest messages.
    InboxFirst,
    /// Those that wait for an answer.
    InboxWaiting,
    /// The middle of all conversations.
    InboxDeep,
}

/// The services of one site, and what is needed to ask them.
#[derive(Debug)]
pub(super) struct Reader {
    chat: (Service, Connection),
    admin: (Service, Connection),
    cookie: String,
    last_seq: u64,
    middle: String,
}

impl Reader {
    pub(super) async fn start(deskbell: &Deskbell, stack: &Stack, site: &Site) -> Result<Self> {
        let chat = stack.chat(site).start().await?;
        let admin = deskbell.admin(site).start().await?;
        let chat = (Connection::open(chat.address).await.map(|connection| (chat, connection)))?;
        let mut admin = (Connection::open(admin.address).await.map(|connection| (admin, connection)))?;
        let cookie = log_in(&mut admin).await?;
        let mut reader = Self { chat, admin, cookie, last_seq: 0, middle: String::new() };
        reader.find_places().await?;
        Ok(reader)
    }

    /// The median of so many reads of a page, after one that is not counted.
    pub(super) async fn median_ms(&mut self, page: Page, reads: usize) -> Result<f64> {
        let request = self.request(page);
        self.read(page, &request).await?;
        let mut times = Latencies::default();
        for _ in 0..reads {
            times.record(self.read(page, &request).await?);
        }
        Ok(times.quantile_ms(0.5))
    }

    async fn read(&mut self, page: Page, request: &str) -> Result<Duration> {
        let connection = match page {
            Page::HistoryFirst | Page::HistoryLast => &mut self.chat.1,
            Page::InboxFirst | Page::InboxWaiting | Page::InboxDeep => &mut self.admin.1,
        };
        let start = Instant::now();
        let answer = connection.exchange(request.as_bytes()).await?;
        let took = start.elapsed();
        ensure!(answer.status == 200, "{page:?} is answered by {}", answer.head);
        Ok(took)
    }

    fn request(&self, page: Page) -> String {
        let history = |after_seq: u64| {
            let path = format!(
                "/api/v1/conversations/{LONG_CONVERSATION}/messages?after_seq={after_seq}&limit={PAGE}"
            );
            get(&path, self.chat.0.address, &format!("Authorization: Bearer {VISITOR_TOKEN}\r\n"))
        };
        match page {
            Page::HistoryFirst => history(0),
            Page::HistoryLast => history(self.last_seq - PAGE),
            Page::InboxFirst => self.inbox(""),
            Page::InboxWaiting => self.inbox("?status=waiting"),
            Page::InboxDeep => self.inbox(&format!("?cursor={}", self.middle)),
        }
    }

    fn inbox(&self, query: &str) -> String {
        get(
            &format!("/api/v1/conversations{query}"),
            self.admin.0.address,
            &format!("Cookie: {}\r\n", self.cookie),
        )
    }

    /// Goes through the whole inbox, to find its middle, and asks how long the long conversation is.
    async fn find_places(&mut self) -> Result<()> {
        let mut cursors: Vec<String> = Vec::new();
        let mut query = "?limit=200".to_owned();
        loop {
            let request = self.inbox(&query);
            let page: Value = serde_json::from_slice(self.admin.1.exchange(request.as_bytes()).await?.body)?;
            let Some(next) = page["next_cursor"].as_str() else { break };
            query = format!("?limit=200&cursor={next}");
            cursors.push(next.to_owned());
        }
        self.middle = cursors.get(cursors.len() / 2).context("the inbox has more than a page")?.clone();
        let path = format!("/api/v1/conversations/{LONG_CONVERSATION}");
        let request = get(&path, self.admin.0.address, &format!("Cookie: {}\r\n", self.cookie));
        let long: Value = serde_json::from_slice(self.admin.1.exchange(request.as_bytes()).await?.body)?;
        self.last_seq = long["last_seq"].as_u64().with_context(|| format!("no last_seq in {long}"))?;
        Ok(())
    }
}

/// The panel's cookie.
async fn log_in(admin: &mut (Service, Connection)) -> Result<String> {
    let json = format!(r#"{{"email":"{ADMIN_EMAIL}","password":"{ADMIN_PASSWORD}"}}"#);
    let request = post_json("/api/v1/session", admin.0.address, &json);
    let answer = admin.1.exchange(request.as_bytes()).await?;
    ensure!(answer.status == 204, "logging in is answered by {}", answer.head);
    let cookie = answer.head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or(value).to_owned())
    });
    cookie.context("logging in sets a cookie")
}
