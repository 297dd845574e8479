//! A chat API of one's own, on a port and a database of its own.
//!
//! It runs in a thread with its own runtime, as the process does. When it is dropped it is stopped like the process, and
//! then nothing may be left in the outbox.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use deskbell_bus::{Bus, BusSettings};
use deskbell_chat_api::Application;
use deskbell_domain::{Clock as _, ManualClock, Timestamp};
use deskbell_events::v1::Envelope;
use deskbell_runtime::{CancellationToken, Settings};
use deskbell_store::{Store, StoreOptions};
use deskbell_testkit::{TestDatabase, shared};
use futures_util::FutureExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::unconstrained;
use uuid::Uuid;

/// 2026-05-28T20:26:40Z, a Thursday.
const START_MICROS: i64 = 1_780_000_000_000_000;
const DAY: Duration = Duration::from_secs(86_400);

/// A running chat API.
pub(crate) struct TestApp {
    /// The database, through a pool of the test's own.
    pub(crate) store: Store,
    /// The bus that events are published on.
    pub(crate) bus: Bus,
    /// The time, which stands still.
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) base_url: String,
    http: reqwest::Client,
    database: Database,
    shutdown: CancellationToken,
    service: Option<thread::JoinHandle<()>>,
}

/// Where the app stores things; goes with it.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(TestDatabase),
    /// A server that the test itself starts and kills.
    At(String),
    /// The database of an app that looks after it itself.
    Beside(String),
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        Self::with(Database::sqlite(), &[]).await
    }

    pub(crate) async fn on_postgres() -> Self {
        let database = tokio::task::spawn_blocking(shared::database).await.unwrap();
        Self::with(Database::Postgres(database), &[]).await
    }

    /// An app with further settings; limits are off unless they are among them.
    pub(crate) async fn with(database: Database, settings: &[(&str, &str)]) -> Self {
        let bus = Bus::open(&BusSettings::new("memory:", "test")).unwrap();
        Self::start_with(database, bus, settings).await
    }

    /// An app on a bus of its own.
    pub(crate) async fn on_bus(database: Database, bus: Bus) -> Self {
        Self::start_with(database, bus, &[]).await
    }

    async fn start_with(database: Database, bus: Bus, settings: &[(&str, &str)]) -> Self {
        deskbell_runtime::tls::install_provider();
        let url = database.url();
        let settings = settings_for(&url, settings);
        let store = Store::open(&StoreOptions::new(&url)).unwrap();
        store.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(START_MICROS)));
        let shutdown = CancellationToken::new();
        let (port, service) = run(settings, &url, bus.clone(), Arc::clone(&clock), shutdown.clone());
        let base_url = format!("http://127.0.0.1:{}", port.await.unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { store, bus, clock, base_url, http, database, shutdown, service: Some(service) }
    }

    /// Another instance on the same database, bus and clock.
    pub(crate) fn beside(&self) -> Self {
        let url = self.database.url();
        let shutdown = CancellationToken::new();
        let settings = settings_for(&url, &[]);
        let (port, service) =
            run(settings, &url, self.bus.clone(), Arc::clone(&self.clock), shutdown.clone());
        let port = thread::spawn(move || port.blocking_recv().unwrap()).join().unwrap();
        Self {
            store: self.store.clone(),
            bus: self.bus.clone(),
            clock: Arc::clone(&self.clock),
            base_url: format!("http://127.0.0.1:{port}"),
            http: self.http.clone(),
            database: Database::Beside(url),
            shutdown,
            service: Some(service),
        }
    }

    /// Sends a request.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        self.try_call(method, path, headers, body).await.unwrap()
    }

    async fn try_call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }

    /// Sends a first message to a service that may be stopping; `None` when it does not listen any more.
    pub(crate) async fn try_start(&self, request: &Value) -> Option<Answer> {
        let body = serde_json::to_vec(request).unwrap();
        let headers = [("content-type", "application/json")];
        self.try_call(Method::POST, "/api/v1/conversations", &headers, body).await.ok()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn start(&self, request: &Value) -> Answer {
        self.try_start(request).await.unwrap()
    }

    /// Starts a chat that is accepted.
    pub(crate) async fn started(&self, request: &Value) -> Chat {
        let answer = self.start(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Chat::of(&answer)
    }

    pub(crate) async fn send(&self, chat: &Chat, request: &Value) -> Answer {
        let body = serde_json::to_vec(request).unwrap();
        let authorization = chat.authorization();
        let headers = [("content-type", "application/json"), ("authorization", authorization.as_str())];
        self.call(Method::POST, &chat.messages_path(), &headers, body).await
    }

    pub(crate) async fn list(&self, chat: &Chat, query: &str) -> Answer {
        let authorization = chat.authorization();
        let path = format!("{}{query}", chat.messages_path());
        self.call(Method::GET, &path, &[("authorization", &authorization)], Vec::new()).await
    }

    /// All messages of a chat, as the API shows them.
    pub(crate) async fn messages(&self, chat: &Chat) -> Vec<Value> {
        let answer = self.list(chat, "?limit=200").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["messages"].as_array().unwrap().clone()
    }

    /// The names of the events that are still to be published.
    pub(crate) async fn unpublished(&self) -> Vec<String> {
        unpublished(&self.store, self.clock.now().plus(DAY)).await
    }

    /// Tells the service to stop, and does not wait for it.
    pub(crate) fn begin_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Runs a statement that no method of the store has; on SQLite only.
    pub(crate) async fn execute(&self, sql: &str) {
        let path = self.database.url().replace("sqlite://", "");
        let sql = sql.to_owned();
        tokio::task::spawn_blocking(move || {
            use diesel::Connection as _;
            use diesel::connection::SimpleConnection as _;
            let mut connection = diesel::SqliteConnection::establish(&path).unwrap();
            connection
                .batch_execute(&format!("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; {sql}"))
                .unwrap();
        })
        .await
        .unwrap();
    }

    /// How many conversations are stored.
    pub(crate) async fn conversations(&self) -> usize {
        self.store.conversations(&Default::default(), 1_000).await.unwrap().len()
    }

    /// Stops the service; returns every event that it has published.
    pub(crate) async fn published_in_the_end(&mut self) -> Vec<Envelope> {
        let mut events = self.bus.events();
        self.shutdown.cancel();
        let service = self.service.take().unwrap();
        tokio::task::spawn_blocking(move || service.join().unwrap()).await.unwrap();
        let mut envelopes = Vec::new();
        // What has been published is there at once, so a look without waiting sees all of it.
        while let Some(delivery) = unconstrained(events.next()).now_or_never().flatten() {
            envelopes.push(Envelope::decode(&delivery.body).unwrap());
            delivery.ack().await.unwrap();
        }
        envelopes
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
        let ended = self.service.take().is_none_or(|service| service.join().is_ok());
        if thread::panicking() {
            return;
        }
        assert!(ended, "the service panicked");
        if let Database::Beside(_) = self.database {
            return;
        }
        let (url, until) = (self.database.url(), self.clock.now().plus(DAY));
        let look = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime
                .block_on(async { unpublished(&Store::open(&StoreOptions::new(url)).unwrap(), until).await })
        };
        let left = thread::spawn(look).join().unwrap();
        assert_eq!(left, Vec::<String>::new(), "events were left in the outbox");
    }
}

async fn unpublished(store: &Store, until: Timestamp) -> Vec<String> {
    // A lease that ends at once: looking takes nothing away from the sweeper.
    let left = store.take_outbox(until, Timestamp::default(), 100).await.unwrap();
    left.into_iter().map(|event| event.name).collect()
}

/// Runs the service in a thread; sends its port once it listens.
fn run(
    settings: Settings,
    url: &str,
    bus: Bus,
    clock: Arc<ManualClock>,
    shutdown: CancellationToken,
) -> (oneshot::Receiver<u16>, thread::JoinHandle<()>) {
    let (sender, receiver) = oneshot::channel();
    let store = StoreOptions::new(url);
    let service = thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&store).unwrap();
            let metrics = deskbell_runtime::metrics::install();
            let app = Application::build(&settings, store, bus, clock, metrics, shutdown).await.unwrap();
            sender.send(app.port()).unwrap();
            app.run_until_stopped().await.unwrap();
        });
    });
    (receiver, service)
}

fn settings_for(url: &str, settings: &[(&str, &str)]) -> Settings {
    let defaults = [
        ("DATABASE_URL", url),
        ("CHAT_API_BIND", "127.0.0.1:0"),
        ("DESKBELL__CHAT_API__WORKERS", "1"),
        // Nobody records events here, and the clock makes leaps.
        ("DESKBELL__OUTBOX__REPUBLISH_AFTER_MS", "1000000000"),
        ("DESKBELL__CHAT_API__CONVERSATIONS_PER_IP_PER_HOUR", "0"),
        ("DESKBELL__CHAT_API__MESSAGES_PER_IP_PER_MINUTE", "0"),
        ("DESKBELL__CHAT_API__MESSAGES_PER_VISITOR_PER_MINUTE", "0"),
        ("DESKBELL__CHAT_API__READS_PER_IP_PER_MINUTE", "0"),
    ];
    let all = defaults.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // Of two with the same name the last one counts.
    let by_name: std::collections::BTreeMap<String, String> = all.collect();
    Settings::from_sources(None, by_name).unwrap()
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.path().join("deskbell.sqlite").display()),
            Self::Postgres(database) => database.url().to_owned(),
            Self::At(url) | Self::Beside(url) => url.clone(),
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Asserts that this is a problem of this kind, in the form of a problem.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
    }

    /// The problem's code; empty when this is none.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A conversation, as its visitor knows it.
#[derive(Debug, Clone)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Chat {
    pub(crate) fn of(answer: &Answer) -> Self {
        let body = answer.json();
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        Self { id: text("conversation_id"), token: text("visitor_token") }
    }

    pub(crate) fn messages_path(&self) -> String {
        format!("/api/v1/conversations/{}/messages", self.id)
    }

    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// A message nobody has sent before.
pub(crate) fn message(body: &str) -> Value {
    json!({ "client_message_id": Uuid::new_v4(), "body": body })
}

/// A token that the client chose.
pub(crate) fn token(letter: char) -> String {
    letter.to_string().repeat(42) + "A"
}
