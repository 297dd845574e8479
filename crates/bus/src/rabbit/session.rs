//! One session after the other.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use lapin::options::{BasicConsumeOptions, BasicPublishOptions};
use lapin::tcp::OwnedTLSConfig;
use lapin::types::FieldTable;
use lapin::uri::AMQPUri;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::declare;
use super::hints::{HINTS_MAX, decode, encode};
use super::link::Link;
use super::publisher::PublishLimits;
use super::topology::LIVE_EXCHANGE;
use crate::backoff::Backoff;
use crate::{BusSettings, Health, Hint, Role, hint};

const RECONNECT: Backoff = Backoff { min: Duration::from_millis(100), max: Duration::from_secs(1) };
/// A session that lasted this long was a good one: the next failure is a new story.
const STABLE_AFTER: Duration = Duration::from_secs(10);
/// How often peers tell each other that they are alive; two missed beats end the session.
const HEARTBEAT_S: u16 = 10;
/// Longest frame, in bytes; longer messages take several. lapin keeps two buffers of 32 frames, all of it in memory, so
/// the broker's own limit of 128 KiB would cost each process 8 MB.
const FRAME_MAX: u32 = 16 * 1024;
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
const HINT_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the supervisor tells what is the case.
pub(super) struct Outlets {
    pub(super) links: watch::Sender<Option<Arc<Link>>>,
    pub(super) health: watch::Sender<Health>,
    pub(super) hints: broadcast::Sender<Hint>,
}

/// Opens sessions until it is told to stop.
pub(super) struct Supervisor {
    uri: AMQPUri,
    tls: OwnedTLSConfig,
    connection_name: String,
    role: Role,
    publish_limits: PublishLimits,
    connect_timeout: Duration,
    outlets: Outlets,
    hints_to_send: mpsc::Receiver<Hint>,
    closed: CancellationToken,
}

/// What one session consists of, beside the link that others use.
struct Session {
    link: Arc<Link>,
    events: futures_util::stream::BoxStream<'static, Event>,
    live: Channel,
    hints: lapin::Consumer,
}

impl Supervisor {
    pub(super) fn new(
        mut uri: AMQPUri,
        settings: &BusSettings,
        outlets: Outlets,
        hints_to_send: mpsc::Receiver<Hint>,
        closed: CancellationToken,
    ) -> Self {
        uri.query.heartbeat.get_or_insert(HEARTBEAT_S);
        uri.query.frame_max.get_or_insert(FRAME_MAX);
        Self {
            uri,
            tls: OwnedTLSConfig { identity: None, cert_chain: settings.tls_ca_pem.clone() },
            connection_name: settings.connection_name.clone(),
            role: settings.role,
            publish_limits: PublishLimits {
                concurrency: settings.publish_concurrency,
                timeout: settings.publish_timeout,
            },
            connect_timeout: settings.connect_timeout,
            outlets,
            hints_to_send,
            closed,
        }
    }

    /// Runs until the bus is closed.
    pub(super) async fn run(mut self) {
        let closed = self.closed.clone();
        let mut failures = 0;
        while !closed.is_cancelled() {
            let started = Instant::now();
            let Some(end) = closed.run_until_cancelled(self.open()).await else { break };
            let end = match end {
                Ok(session) => self.run_session(session).await,
                Err(error) => error,
            };
            if closed.is_cancelled() {
                break;
            }
            if started.elapsed() > STABLE_AFTER {
                failures = 0;
            }
            let delay = RECONNECT.jittered_delay(failures);
            failures = failures.saturating_add(1);
            self.report_down(end, delay);
            closed.run_until_cancelled(sleep(delay)).await;
        }
        metrics::gauge!("bus_connected").set(0.0);
        let closed = Health { connected: false, blocked: None, last_error: None };
        self.outlets.health.send_replace(closed);
    }

    async fn open(&self) -> Result<Session, String> {
        timeout(self.connect_timeout, self.try_open())
            .await
            .map_err(|_| "the broker did not answer in time".to_owned())?
            .map_err(|error| error.to_string())
    }

    async fn try_open(&self) -> lapin::Result<Session> {
        let properties =
            ConnectionProperties::default().with_connection_name(self.connection_name.as_str().into());
        let runtime = lapin::runtime::default_runtime()?;
        let connection =
            Connection::connect_uri_with_config(self.uri.clone(), properties, self.tls.clone(), runtime)
                .await?;
        // Taken before anything can go wrong: an event without a listener is lost, and two listeners share the events.
        let events = connection.events_listener().boxed();

        declare::ensure_topology(&connection, self.role).await?;
        let live = connection.create_channel().await?;
        let queue = declare::declare_live_queue(&live, &self.connection_name).await?;
        let options = BasicConsumeOptions { no_ack: true, exclusive: true, ..Default::default() };
        let hints = live.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?;

        let link = Arc::new(Link::new(connection, self.publish_limits));
        Ok(Session { link, events, live, hints })
    }

    /// Runs a session to its end and says why it ended.
    async fn run_session(&mut self, mut session: Session) -> String {
        self.report_up(&session.link);
        let end = self.attend(&mut session).await;
        self.outlets.links.send_replace(None);
        // Whatever is still under way on the connection fails now instead of waiting for its timeout.
        session.link.fail(&end);
        let _ = timeout(CLOSE_TIMEOUT, session.link.close()).await;
        end
    }

    async fn attend(&mut self, session: &mut Session) -> String {
        let mut to_send = Vec::with_capacity(HINTS_MAX);
        loop {
            tokio::select! {
                () = self.closed.cancelled() => return "the bus was closed".to_owned(),
                reason = session.link.failure() => return reason,
                event = session.events.next() => {
                    if let Some(end) = self.on_connection_event(&session.link, event) {
                        return end;
                    }
                }
                hints = next_hints(&mut session.hints) => match hints {
                    Some(hints) => hints.into_iter().for_each(|hint| drop(self.outlets.hints.send(hint))),
                    None => return "the connection was closed".to_owned(),
                },
                1.. = self.hints_to_send.recv_many(&mut to_send, HINTS_MAX) => {
                    self.send_hints(&session.live, &to_send).await;
                    to_send.clear();
                }
            }
        }
    }

    /// Follows what the broker says of the connection; returns the reason when it has ended.
    fn on_connection_event(&self, link: &Link, event: Option<Event>) -> Option<String> {
        match event {
            Some(Event::ConnectionBlocked(reason)) => {
                tracing::warn!(bus.reason = %reason, "the broker blocks publishers");
                self.outlets.health.send_modify(|health| health.blocked = Some(reason));
            }
            Some(Event::ConnectionUnblocked) => {
                tracing::info!("the broker takes messages again");
                self.outlets.health.send_modify(|health| health.blocked = None);
            }
            Some(Event::Error(error)) if !link.is_usable() => return Some(error.to_string()),
            // An error of a channel, such as a refused declaration: whoever uses that channel is told too.
            Some(_) => {}
            None => return Some("the connection was closed".to_owned()),
        }
        None
    }

    async fn send_hints(&self, channel: &Channel, hints: &[Hint]) {
        let blocked = self.outlets.health.borrow().blocked.is_some();
        let (options, body) = (BasicPublishOptions::default(), encode(hints));
        let publish = channel.basic_publish(
            LIVE_EXCHANGE.into(),
            "".into(),
            options,
            &body,
            BasicProperties::default(),
        );
        if blocked || !matches!(timeout(HINT_TIMEOUT, publish).await, Ok(Ok(_))) {
            hints.iter().for_each(|_| hint::count_dropped());
        }
    }

    fn report_up(&self, link: &Arc<Link>) {
        tracing::info!(bus.host = %self.uri.authority.host, bus.port = self.uri.authority.port, "connected to the broker");
        metrics::gauge!("bus_connected").set(1.0);
        self.outlets.health.send_replace(Health { connected: true, blocked: None, last_error: None });
        self.outlets.links.send_replace(Some(Arc::clone(link)));
        // Fails when nobody follows anything yet, who then need not be told.
        let _ = self.outlets.hints.send(Hint::resync());
    }

    fn report_down(&self, end: String, retry_in: Duration) {
        tracing::warn!(
            bus.host = %self.uri.authority.host,
            bus.port = self.uri.authority.port,
            bus.error = %end,
            retry_in_ms = retry_in.as_millis(),
            "no session with the broker",
        );
        metrics::gauge!("bus_connected").set(0.0);
        self.outlets.health.send_replace(Health { connected: false, blocked: None, last_error: Some(end) });
    }
}

/// The next hints from the broker; `None` when the consumer has ended.
async fn next_hints(
    deliveries: &mut (impl Stream<Item = lapin::Result<lapin::message::Delivery>> + Unpin),
) -> Option<Vec<Hint>> {
    Some(decode(deliveries.next().await?.ok()?.data.into()))
}
