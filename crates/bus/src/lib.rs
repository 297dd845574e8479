//! The bus: events that must arrive, and hints that may get lost.
//!
//! [`Bus`] is a closed set of two: RabbitMQ for many processes, and an in-process queue with the same semantics for
//! one. An event counts as published only when the broker has confirmed that it lies in a durable queue; a delivery is
//! settled by its consumer, or comes back. Hints go to every process, at once or never: the database is the truth.
//!
//! What an event says is of no concern here: bodies are opaque bytes, names are strings.

mod backoff;
mod bus;
mod consumer;
mod delivery;
mod event;
mod health;
mod hint;
mod memory;
mod publish;
mod rabbit;
mod settings;

pub use bus::Bus;
pub use consumer::EventConsumer;
pub use delivery::{Delivery, SettleError};
pub use event::Event;
pub use health::Health;
pub use hint::{Hint, MAX_HINT_BODY_BYTES, MAX_HINT_TOPIC_BYTES};
pub use publish::{ConfirmOutcome, MAX_EVENT_BODY_BYTES, PublishError, verdict};
pub use rabbit::topology;
pub use settings::{BusSettings, Role, SettingsError};
