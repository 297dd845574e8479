//! An admin API of one's own, on a port and a database of its own.
//!
//! It runs in a thread with its own runtime, as the process does. When it is dropped it is stopped like the process, and
//! then nothing may be left in the outbox.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use deskbell_admin_api::Application;
use deskbell_bus::{Bus, BusSettings};
use deskbell_domain::token::{SessionToken, VisitorToken};
use deskbell_domain::{
    ClientMessageId, Clock as _, ConversationId, EventId, ManualClock, MessageId, Timestamp, UserId,
};
use deskbell_events::v1::Envelope;
use deskbell_runtime::{CancellationToken, Settings};
use deskbell_store::model::user::{Session, User, UserRole};
use deskbell_store::{AppendMessage, Raise, StartConversation, Store, StoreOptions, Visitor};
use deskbell_testkit::{TestDatabase, shared};
use futures_util::FutureExt as _;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::unconstrained;

use crate::client::Client;

/// 2026-05-28T20:26:40Z, a Thursday.
pub(crate) const START_MICROS: i64 = 1_780_000_000_000_000;
pub(crate) const ADMIN_EMAIL: &str = "owner@example.com";
pub(crate) const ADMIN_PASSWORD: &str = "correct horse battery";
const DAY: Duration = Duration::from_secs(86_400);

/// A running admin API.
pub(crate) struct TestApp {
    /// The database, through a pool of the test's own.
    pub(crate) store: Store,
    /// The bus that events are published on.
    pub(crate) bus: Bus,
    /// The time, which stands still.
    pub(crate) clock: Arc<ManualClock>,
    base_url: String,
    http: reqwest::Client,
    database: Arc<Database>,
    shutdown: CancellationToken,
    service: Option<thread::JoinHandle<()>>,
}

/// Where the app stores things; goes with the last app on it.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        Self::with(Database::sqlite(), &[]).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::with(Database::postgres().await, &[]).await
    }

    /// An app with further settings; limits are off unless they are among them.
    pub(crate) async fn with(database: Arc<Database>, settings: &[(&str, &str)]) -> Self {
        deskbell_runtime::tls::install_provider();
        let url = database.url();
        let store = Store::open(&StoreOptions::new(&url)).unwrap();
        store.migrate().await.unwrap();
        let bus = Bus::open(&BusSettings::new("memory:", "test")).unwrap();
        // What the first start writes is older than what tests do: ids sort by their milliseconds.
        let start = Timestamp::from_micros(START_MICROS);
        let clock = Arc::new(ManualClock::new(start.minus(Duration::from_secs(1))));
        let shutdown = CancellationToken::new();
        let settings = settings_for(&url, settings);
        let (port, service) = run(settings, &url, bus.clone(), Arc::clone(&clock), shutdown.clone());
        let base_url = format!("http://127.0.0.1:{}", port.await.unwrap());
        clock.set(start);
        let redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
        Self { store, bus, clock, base_url, http, database, shutdown, service: Some(service) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Somebody with a browser that has no cookies yet.
    pub(crate) fn anonymous(&self) -> Client<'_> {
        Client::new(self, &self.http)
    }

    /// The ADMIN of the first start, logged in.
    pub(crate) async fn admin(&self) -> Client<'_> {
        let admin = self.store.user_by_email(ADMIN_EMAIL).await.unwrap().unwrap();
        self.logged_in(admin.id).await
    }

    /// An AGENT of this name, logged in.
    pub(crate) async fn agent(&self, name: &str) -> Client<'_> {
        let user = User {
            id: UserId::mint(&*self.clock),
            email: format!("{name}@example.com").to_lowercase(),
            name: name.to_owned(),
            role: UserRole::Agent,
            password_hash: "$argon2id$v=19$m=19456,t=2,p=1$none".to_owned(),
            created_at: self.clock.now(),
            disabled_at: None,
        };
        self.store.add_user(&user).await.unwrap();
        let known = self.store.user_by_email(&user.email).await.unwrap().unwrap();
        self.logged_in(known.id).await
    }

    async fn logged_in(&self, user: UserId) -> Client<'_> {
        let token = SessionToken::generate(&mut rand::rng());
        let session = Session {
            user_id: Some(user),
            conversation_id: None,
            recipient_id: None,
            created_at: self.clock.now(),
            expires_at: self.clock.now().plus(DAY),
        };
        self.store.add_session(token.hash(), &session).await.unwrap();
        self.anonymous().with_cookie("deskbell", &token.reveal())
    }

    /// A customer begins a chat.
    pub(crate) async fn chat(&self, name: &str, text: &str) -> Chat {
        let token = VisitorToken::generate(&mut rand::rng());
        let visitor = Visitor { name: Some(name.to_owned()), ..Visitor::default() };
        self.chat_by(visitor, text, token).await
    }

    pub(crate) async fn chat_by(&self, visitor: Visitor, text: &str, token: VisitorToken) -> Chat {
        let clock = &*self.clock;
        let id = ConversationId::mint(clock);
        let event_id = EventId::mint(clock);
        let start = StartConversation {
            conversation_id: id,
            message_id: MessageId::mint(clock),
            client_message_id: ClientMessageId::mint(clock),
            token_hash: token.hash(),
            body: text.to_owned(),
            visitor,
            now: clock.now(),
            unassigned_due_at: None,
            urgent: false,
            raise: Raise { event_id, name: "new_chat", encode: Arc::new(|_| Vec::new()) },
        };
        self.store.start_conversation(start).await.unwrap();
        // The event of the chat is not what is tested here.
        self.store.mark_published(&[event_id], clock.now()).await.unwrap();
        Chat { id, token }
    }

    /// The customer writes again.
    pub(crate) async fn visitor_writes(&self, chat: &Chat, text: &str) {
        let clock = &*self.clock;
        let append = AppendMessage {
            conversation_id: chat.id,
            message_id: MessageId::mint(clock),
            client_message_id: ClientMessageId::mint(clock),
            token_hash: chat.token.hash(),
            body: text.to_owned(),
            now: clock.now(),
            unassigned_due_at: None,
            raise_urgent: None,
        };
        self.store.append_message(append).await.unwrap();
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

/// A conversation, as its visitor knows it.
pub(crate) struct Chat {
    pub(crate) id: ConversationId,
    pub(crate) token: VisitorToken,
}

impl Chat {
    /// Where the API has it.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/conversations/{}{rest}", self.id)
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
        let (url, until) = (self.database.url(), self.clock.now().plus(DAY));
        let look = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let store = Store::open(&StoreOptions::new(url)).unwrap();
                let left = store.take_outbox(until, Timestamp::default(), 100).await.unwrap();
                left.into_iter().map(|event| event.name).collect::<Vec<_>>()
            })
        };
        let left = thread::spawn(look).join().unwrap();
        assert_eq!(left, Vec::<String>::new(), "events were left in the outbox");
    }
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

pub(crate) fn settings_for(url: &str, settings: &[(&str, &str)]) -> Settings {
    let defaults = [
        ("DATABASE_URL", url),
        ("ADMIN_API_BIND", "127.0.0.1:0"),
        ("ADMIN_EMAIL", ADMIN_EMAIL),
        ("ADMIN_PASSWORD", ADMIN_PASSWORD),
        ("PUBLIC_ADMIN_URL", "http://panel.example"),
        // Nobody records events here, and the clock makes leaps.
        ("DESKBELL__OUTBOX__REPUBLISH_AFTER_MS", "1000000000"),
        ("DESKBELL__ADMIN_API__REQUESTS_PER_IP_PER_MINUTE", "0"),
        ("DESKBELL__ADMIN__LOGINS_PER_IP_PER_MINUTE", "0"),
        ("DESKBELL__ADMIN__TEST_NOTIFICATIONS_PER_HOUR", "0"),
    ];
    let all = defaults.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // Of two with the same name the last one counts.
    let by_name: BTreeMap<String, String> = all.collect();
    Settings::from_sources(None, by_name.into_iter().filter(|(_, value)| !value.is_empty())).unwrap()
}

impl Database {
    pub(crate) fn sqlite() -> Arc<Self> {
        Arc::new(Self::Sqlite(tempfile::tempdir().unwrap()))
    }

    pub(crate) async fn postgres() -> Arc<Self> {
        Arc::new(Self::Postgres(tokio::task::spawn_blocking(shared::database).await.unwrap()))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.path().join("deskbell.sqlite").display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }
}
