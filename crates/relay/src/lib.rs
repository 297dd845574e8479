//! From the store to the bus: every committed event is published, and published again until a consumer has recorded it.
//!
//! Whoever commits an event hands it over at once, so that nothing polls in between. What is left behind (a crash, a
//! broker that is away, a hand-over queue that is full) lies in the outbox, where a sweeper of any process finds it.
//! Consumers recognise an event they have recorded, so publishing twice is harmless and publishing never is not.

mod forward;
mod open;
mod sweep;

pub use forward::forward;
pub use open::{open_bus, open_store, reach_database};
pub use sweep::Sweeper;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use deskbell_bus::{Bus, Event, PublishError};
use deskbell_domain::Clock;
use deskbell_runtime::Settings;
use deskbell_store::Store;
use deskbell_store::model::event::OutboxEvent;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Most events that are handed over and wait for their turn; more are left to the sweeper.
const HAND_OVER_MAX: usize = 4_096;
/// Batches under way at once: while one is marked as published, the next is on the wire.
const BATCHES_MAX: usize = 4;

/// How events are relayed.
#[derive(Clone, Copy, Debug)]
pub struct RelaySettings {
    /// Most events in one batch.
    pub batch_max: usize,
    /// How often the outbox is swept.
    pub sweep_interval: Duration,
    /// How long a published event may stay unrecorded before it is published again; doubles each time.
    pub republish_after: Duration,
    /// How long a sweeper's claim on an event lasts.
    pub lease: Duration,
    /// How long recorded events are remembered.
    pub remember: Duration,
}

impl From<&Settings> for RelaySettings {
    fn from(settings: &Settings) -> Self {
        Self {
            batch_max: settings.outbox.relay_in_flight,
            sweep_interval: settings.outbox.sweep_interval(),
            republish_after: settings.outbox.republish_after(),
            lease: settings.outbox.lease(),
            remember: Duration::from_secs(u64::from(settings.retention.events_days) * 86_400),
        }
    }
}

/// A running relay.
#[derive(Debug)]
pub struct Relay {
    /// Committed events go in here; when it is full, leave them to the sweeper.
    pub events: mpsc::Sender<OutboxEvent>,
    /// Ends when `shutdown` is cancelled and everything handed over has been tried, or all senders are gone.
    pub task: JoinHandle<()>,
}

impl Relay {
    /// Starts relaying and sweeping.
    pub fn spawn(
        store: Store,
        bus: Bus,
        clock: Arc<dyn Clock>,
        settings: RelaySettings,
        shutdown: CancellationToken,
    ) -> Self {
        let (events, queue) = mpsc::channel(HAND_OVER_MAX);
        let relay = Worker { store, bus, clock, settings };
        let task = tokio::spawn(async move {
            tokio::join!(relay.drain(queue, shutdown.clone()), relay.sweep_until(shutdown));
        });
        Self { events, task }
    }
}

#[derive(Clone)]
struct Worker {
    store: Store,
    bus: Bus,
    clock: Arc<dyn Clock>,
    settings: RelaySettings,
}

impl Worker {
    async fn drain(&self, mut queue: mpsc::Receiver<OutboxEvent>, shutdown: CancellationToken) {
        let (batches, slots) = (TaskTracker::new(), Arc::new(Semaphore::new(BATCHES_MAX)));
        loop {
            let mut batch = Vec::new();
            let taken = tokio::select! {
                taken = queue.recv_many(&mut batch, self.settings.batch_max) => taken,
                () = shutdown.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            if taken == 0 {
                break;
            }
            let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
            let worker = self.clone();
            batches.spawn(async move {
                worker.forward(batch).await;
                drop(slot);
            });
        }
        batches.close();
        batches.wait().await;
    }

    async fn forward(&self, batch: Vec<OutboxEvent>) {
        forward(&self.store, &*self.clock, batch, self.publisher()).await;
    }

    fn publisher(
        &self,
    ) -> impl Fn(Event) -> BoxFuture<'static, Result<(), PublishError>> + Send + Sync + use<> {
        let bus = self.bus.clone();
        move |event| {
            let bus = bus.clone();
            async move { bus.publish(&event).await }.boxed()
        }
    }

    async fn sweep_until(&self, shutdown: CancellationToken) {
        let mut sweeper = Sweeper::new(self.settings);
        while shutdown.run_until_cancelled(tokio::time::sleep(self.settings.sweep_interval)).await.is_some() {
            if !self.bus.health().is_ready() {
                continue;
            }
            if let Err(error) = sweeper.sweep(&self.store, &*self.clock, self.publisher()).await {
                tracing::warn!(error = %error, "the outbox could not be swept, trying again");
            }
        }
    }
}

/// The event as the bus carries it.
fn on_the_bus(event: OutboxEvent) -> Event {
    Event { id: event.id.as_uuid(), name: event.name, body: Bytes::from(event.payload) }
}
