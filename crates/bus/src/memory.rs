//! The bus within one process: the semantics of the broker's queues without their durability.

mod queue;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::delivery::Settlement;
use crate::topology::DELIVERY_LIMIT;
use crate::{BusSettings, Delivery, Event, Health, Hint, PublishError};
use queue::{Queue, Slot};

/// The bus within the process.
#[derive(Debug, Clone)]
pub struct MemoryBus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    events: Arc<Queue>,
    dead_letters: Arc<Queue>,
    hints: broadcast::Sender<Hint>,
    prefetch: usize,
    retry: Backoff,
    closed: CancellationToken,
}

/// What a queue holds: the message with its history.
#[derive(Debug)]
struct Message {
    body: Bytes,
    message_id: String,
    name: String,
    delivery_count: u32,
    death_reason: Option<&'static str>,
}

impl MemoryBus {
    pub(crate) fn open(settings: &BusSettings) -> Self {
        Self(Arc::new(Inner {
            events: Queue::new(settings.memory_capacity),
            dead_letters: Queue::new(settings.memory_capacity),
            hints: broadcast::Sender::new(settings.hint_capacity),
            prefetch: settings.prefetch.max(1).into(),
            retry: Backoff { min: settings.retry_delay_min, max: settings.retry_delay_max },
            closed: CancellationToken::new(),
        }))
    }

    pub(crate) fn publish(&self, event: &Event) -> Result<(), PublishError> {
        if self.0.closed.is_cancelled() {
            return Err(PublishError::NotConnected);
        }
        let slot = self.0.events.try_reserve().ok_or(PublishError::Refused)?;
        let message = Message {
            body: event.body.clone(),
            message_id: event.id.to_string(),
            name: event.name.clone(),
            delivery_count: 0,
            death_reason: None,
        };
        self.0.events.push_back(message, slot);
        Ok(())
    }

    pub(crate) fn events(&self) -> Consumer {
        Consumer::new(&self.0, &self.0.events)
    }

    pub(crate) fn dead_letters(&self) -> Consumer {
        Consumer::new(&self.0, &self.0.dead_letters)
    }

    pub(crate) fn send_hint(&self, hint: Hint) {
        // The only failure is that nobody listens, and then nobody needs it.
        let _ = self.0.hints.send(hint);
    }

    pub(crate) fn hints(&self) -> broadcast::Receiver<Hint> {
        self.0.hints.subscribe()
    }

    pub(crate) fn health(&self) -> Health {
        Health { connected: !self.0.closed.is_cancelled(), blocked: None, last_error: None }
    }

    pub(crate) fn close(&self) {
        self.0.closed.cancel();
    }
}

/// Takes from one of the queues.
#[derive(Debug)]
pub(crate) struct Consumer {
    bus: Arc<Inner>,
    queue: Arc<Queue>,
    prefetch: Arc<Semaphore>,
}

impl Consumer {
    fn new(bus: &Arc<Inner>, queue: &Arc<Queue>) -> Self {
        let prefetch = Arc::new(Semaphore::new(bus.prefetch));
        Self { bus: Arc::clone(bus), queue: Arc::clone(queue), prefetch }
    }

    pub(crate) async fn next(&mut self) -> Option<Delivery> {
        let closed = &self.bus.closed;
        let turn = closed.run_until_cancelled(Arc::clone(&self.prefetch).acquire_owned()).await?;
        let turn = turn.expect("the semaphore is never closed");
        let (message, slot) = closed.run_until_cancelled(self.queue.pop()).await?;
        Some(Delivery {
            body: message.body.clone(),
            message_id: Some(message.message_id.clone()),
            routing_key: message.name.clone(),
            event_name: message.name.clone(),
            redelivered: message.delivery_count > 0,
            delivery_count: message.delivery_count,
            death_reason: message.death_reason.map(str::to_owned),
            settlement: Settlement::Memory(Unsettled {
                bus: Arc::clone(&self.bus),
                queue: Arc::clone(&self.queue),
                held: Some((message, slot)),
                turn: Some(turn),
            }),
        })
    }
}

/// A message outside of its queue, whose slot it keeps until it is settled; dropped, it goes back.
#[derive(Debug)]
pub(crate) struct Unsettled {
    bus: Arc<Inner>,
    queue: Arc<Queue>,
    held: Option<(Message, Slot)>,
    /// The place that it takes of the consumer's prefetch.
    turn: Option<OwnedSemaphorePermit>,
}

impl Unsettled {
    pub(crate) fn ack(mut self) {
        self.held = None;
    }

    pub(crate) fn reject(mut self) {
        if let Some((message, slot)) = self.held.take()
            && !Arc::ptr_eq(&self.queue, &self.bus.dead_letters)
        {
            bury(&self.bus, message, slot, "rejected");
        }
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        let Some((mut message, slot)) = self.held.take() else { return };
        let delay = self.bus.retry.delay(message.delivery_count);
        message.delivery_count += 1;
        let is_dead_letter = Arc::ptr_eq(&self.queue, &self.bus.dead_letters);
        if !is_dead_letter && message.delivery_count > DELIVERY_LIMIT {
            bury(&self.bus, message, slot, "delivery_limit");
            return;
        }
        let (queue, turn) = (Arc::clone(&self.queue), self.turn.take());
        if delay.is_zero() {
            queue.push_front(message, slot);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(delay).await;
                queue.push_front(message, slot);
                drop(turn);
            });
        }
    }
}

/// Moves a message to the dead letters. It keeps its old slot until there is room, so nothing is lost for want of it.
fn bury(bus: &Inner, mut message: Message, slot: Slot, reason: &'static str) {
    message.death_reason = Some(reason);
    message.delivery_count = 0;
    let dead_letters = Arc::clone(&bus.dead_letters);
    if let Some(grave) = dead_letters.try_reserve() {
        dead_letters.push_back(message, grave);
        return;
    }
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            let grave = dead_letters.reserve().await;
            dead_letters.push_back(message, grave);
            drop(slot);
        });
    }
}
