//! RabbitMQ.
//!
//! A supervisor keeps one session at a time: connect, find or declare the topology, run until anything at all goes
//! wrong, wait a little, start again. lapin's own recovery stays off, because confirms that were pending when the
//! connection broke would hang in it. Publishers and consumers never repair anything: they report a broken session
//! ([`link::Link::fail`]) and go on with the next one.

mod consumer;
mod declare;
mod hints;
mod link;
mod properties;
mod publisher;
mod session;
mod settle;
pub mod topology;

use std::sync::Arc;
use std::time::Duration;

use lapin::uri::AMQPUri;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::backoff::Backoff;
use crate::{BusSettings, Event, Health, Hint, PublishError, hint};
pub(crate) use consumer::Consumer;
use link::Link;
use session::{Outlets, Supervisor};
pub(crate) use settle::Unsettled;

/// How many hints may wait for the connection before further ones are dropped.
const OUTGOING_HINTS: usize = 256;

/// A connection to RabbitMQ that restores itself.
#[derive(Debug, Clone)]
pub struct RabbitBus(Arc<Shared>);

/// What every handle and every consumer holds; the supervisor ends when the last of them is gone.
#[derive(Debug)]
struct Shared {
    links: watch::Receiver<Option<Arc<Link>>>,
    health: watch::Receiver<Health>,
    hints: broadcast::Sender<Hint>,
    outgoing_hints: mpsc::Sender<Hint>,
    publish_timeout: Duration,
    consume: ConsumeSettings,
    closed: CancellationToken,
    _close_on_drop: DropGuard,
}

#[derive(Debug, Clone, Copy)]
struct ConsumeSettings {
    prefetch: u16,
    retry: Backoff,
    settle_timeout: Duration,
}

impl RabbitBus {
    pub(crate) fn open(uri: AMQPUri, settings: &BusSettings) -> Self {
        let closed = CancellationToken::new();
        let hints = broadcast::Sender::new(settings.hint_capacity);
        let (outgoing_hints, hints_to_send) = mpsc::channel(OUTGOING_HINTS);
        let (link_sender, links) = watch::channel(None);
        let (health_sender, health) =
            watch::channel(Health { connected: false, blocked: None, last_error: None });

        let outlets = Outlets { links: link_sender, health: health_sender, hints: hints.clone() };
        let supervisor = Supervisor::new(uri, settings, outlets, hints_to_send, closed.clone());
        tokio::spawn(supervisor.run());

        Self(Arc::new(Shared {
            links,
            health,
            hints,
            outgoing_hints,
            publish_timeout: settings.publish_timeout,
            consume: ConsumeSettings {
                prefetch: settings.prefetch,
                retry: Backoff { min: settings.retry_delay_min, max: settings.retry_delay_max },
                settle_timeout: settings.publish_timeout,
            },
            _close_on_drop: closed.clone().drop_guard(),
            closed,
        }))
    }

    pub(crate) async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        if self.0.health.borrow().blocked.is_some() {
            return Err(PublishError::Blocked);
        }
        let link = self.0.links.borrow().clone().ok_or(PublishError::NotConnected)?;
        timeout(self.0.publish_timeout, link.publish(event)).await.unwrap_or(Err(PublishError::Timeout))
    }

    pub(crate) fn events(&self) -> Consumer {
        Consumer::new(Arc::clone(&self.0), topology::EVENTS_QUEUE)
    }

    pub(crate) fn dead_letters(&self) -> Consumer {
        Consumer::new(Arc::clone(&self.0), topology::DEAD_QUEUE)
    }

    pub(crate) fn send_hint(&self, hint: Hint) {
        if self.0.outgoing_hints.try_send(hint).is_err() {
            hint::count_dropped();
        }
    }

    pub(crate) fn hints(&self) -> broadcast::Receiver<Hint> {
        self.0.hints.subscribe()
    }

    pub(crate) fn health(&self) -> Health {
        self.0.health.borrow().clone()
    }

    pub(crate) async fn wait_connected(&self) {
        // The only error is that the bus was closed; then there is nothing left to wait for.
        let _ = self.0.links.clone().wait_for(Option::is_some).await;
    }

    pub(crate) async fn close(&self) {
        self.0.closed.cancel();
        // Ends with an error when the supervisor has dropped its end, which is what this waits for.
        let _ = self.0.links.clone().wait_for(|_| false).await;
    }
}
