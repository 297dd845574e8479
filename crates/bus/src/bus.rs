//! The closed set of buses.

use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::consumer::Source;
use crate::memory::MemoryBus;
use crate::rabbit::RabbitBus;
use crate::settings::Endpoint;
use crate::{
    BusSettings, Event, EventConsumer, Health, Hint, MAX_EVENT_BODY_BYTES, PublishError, SettingsError, hint,
};

/// A handle to the bus; clones share one connection, which ends with the last of them.
#[derive(Debug, Clone)]
pub enum Bus {
    /// Within the process; what it holds is gone when the process ends.
    Memory(MemoryBus),
    /// RabbitMQ.
    Rabbit(RabbitBus),
}

impl Bus {
    /// Opens the bus that the URL means. A broker is connected to in the background and for ever, so this succeeds
    /// without one: see [`wait_connected`](Self::wait_connected) and [`health`](Self::health).
    ///
    /// # Errors
    /// [`SettingsError`] when the settings describe no bus.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn open(settings: &BusSettings) -> Result<Self, SettingsError> {
        Ok(match settings.endpoint()? {
            Endpoint::Memory => Self::Memory(MemoryBus::open(settings)),
            Endpoint::Rabbit(uri) => Self::Rabbit(RabbitBus::open(*uri, settings)),
        })
    }

    /// Publishes an event. Returns `Ok` only once it is durably in a queue.
    ///
    /// # Errors
    /// [`PublishError`] when that is not known to be so; never later than the publish timeout.
    pub async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        let started = Instant::now();
        let result = if event.body.len() > MAX_EVENT_BODY_BYTES {
            Err(PublishError::TooLarge)
        } else {
            match self {
                Self::Memory(bus) => bus.publish(event),
                Self::Rabbit(bus) => bus.publish(event).await,
            }
        };
        let outcome = result.err().map_or("ok", PublishError::as_str);
        metrics::histogram!("bus_publish_seconds", "outcome" => outcome).record(started.elapsed());
        result
    }

    /// Consumes the events of the notifier's queue.
    pub fn events(&self) -> EventConsumer {
        EventConsumer(match self {
            Self::Memory(bus) => Source::Memory(bus.events()),
            Self::Rabbit(bus) => Source::Rabbit(Box::new(bus.events())),
        })
    }

    /// Consumes the dead letters. A letter that is retried stays among them.
    pub fn dead_letters(&self) -> EventConsumer {
        EventConsumer(match self {
            Self::Memory(bus) => Source::Memory(bus.dead_letters()),
            Self::Rabbit(bus) => Source::Rabbit(Box::new(bus.dead_letters())),
        })
    }

    /// Sends a hint to every process, this one included. Never waits; what cannot be sent at once is dropped.
    pub fn send_hint(&self, hint: Hint) {
        if !hint.is_sendable() {
            hint::count_dropped();
            return;
        }
        match self {
            Self::Memory(bus) => bus.send_hint(hint),
            Self::Rabbit(bus) => bus.send_hint(hint),
        }
    }

    /// Receives hints from now on. A receiver that lags has missed some, and reads again what it follows.
    pub fn hints(&self) -> broadcast::Receiver<Hint> {
        match self {
            Self::Memory(bus) => bus.hints(),
            Self::Rabbit(bus) => bus.hints(),
        }
    }

    /// The state of the connection.
    pub fn health(&self) -> Health {
        match self {
            Self::Memory(bus) => bus.health(),
            Self::Rabbit(bus) => bus.health(),
        }
    }

    /// Waits until there is a session; for ever, if there never is one.
    pub async fn wait_connected(&self) {
        match self {
            Self::Memory(_) => {}
            Self::Rabbit(bus) => bus.wait_connected().await,
        }
    }

    /// Ends the session in good order. Afterwards nothing can be published, and consumers end.
    pub async fn close(&self) {
        match self {
            Self::Memory(bus) => bus.close(),
            Self::Rabbit(bus) => bus.close().await,
        }
    }
}
