//! The one place that says which exchanges, queues and bindings there are, and what they are like.
//!
//! `deploy/rabbitmq/definitions.json` states the same facts for brokers whose users may not declare anything; a test
//! compares the two. A queue's arguments can never be changed in place: a changed fact needs a new name.

use lapin::ExchangeKind;

/// Where events are published, by name.
pub const EVENTS_EXCHANGE: &str = "deskbell.events";
/// Where dead letters go, by the name of the event they were.
pub const DEAD_EXCHANGE: &str = "deskbell.dead";
/// Where hints go, to everybody.
pub const LIVE_EXCHANGE: &str = "deskbell.live";

/// The events that wait for the notifier.
pub const EVENTS_QUEUE: &str = "sms-notifier.events";
/// The events that the notifier rejected, or tried in vain too often.
pub const DEAD_QUEUE: &str = "sms-notifier.dead";

/// What the name of every instance's queue for hints begins with.
pub const LIVE_QUEUE_PREFIX: &str = "deskbell.live.";

/// After how many returns to the queue an event goes to the dead letters.
pub const DELIVERY_LIMIT: u32 = 20;
/// Reading dead letters returns them to their queue, so that queue has a limit that is never reached; without one, newer
/// brokers would drop a letter after twenty looks at it.
const DEAD_DELIVERY_LIMIT: i64 = 1_000_000;
/// How many events may wait; further ones are refused, and stay with their publishers.
const MAX_EVENTS: i64 = 1_000_000;
/// How many dead letters are kept; further ones stay in the queue they came from.
const MAX_DEAD_LETTERS: i64 = 100_000;
/// How many hints wait for an instance; the oldest are dropped first.
pub const MAX_LIVE_HINTS: i64 = 1_000;

/// An exchange.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Its name.
    pub name: &'static str,
    /// How it routes.
    pub kind: ExchangeKind,
    /// Whether it survives the broker's restart.
    pub durable: bool,
}

/// A durable quorum queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its name.
    pub name: &'static str,
    /// Its arguments; `x-queue-type` is among them.
    pub arguments: &'static [(&'static str, Argument)],
}

/// The value of a queue's argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Text.
    Text(&'static str),
    /// A number.
    Number(i64),
}

/// What a queue takes from an exchange.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The exchange.
    pub exchange: &'static str,
    /// The queue.
    pub queue: &'static str,
    /// Which routing keys.
    pub routing_key: &'static str,
}

/// Every exchange.
pub const EXCHANGES: [Exchange; 3] = [
    Exchange { name: EVENTS_EXCHANGE, kind: ExchangeKind::Topic, durable: true },
    Exchange { name: DEAD_EXCHANGE, kind: ExchangeKind::Topic, durable: true },
    Exchange { name: LIVE_EXCHANGE, kind: ExchangeKind::Fanout, durable: false },
];

/// Every durable queue.
pub const QUEUES: [Queue; 2] = [
    Queue {
        name: EVENTS_QUEUE,
        arguments: &[
            ("x-queue-type", Argument::Text("quorum")),
            ("x-delivery-limit", Argument::Number(DELIVERY_LIMIT as i64)),
            ("x-dead-letter-exchange", Argument::Text(DEAD_EXCHANGE)),
            ("x-dead-letter-strategy", Argument::Text("at-least-once")),
            ("x-overflow", Argument::Text("reject-publish")),
            ("x-max-length", Argument::Number(MAX_EVENTS)),
        ],
    },
    Queue {
        name: DEAD_QUEUE,
        arguments: &[
            ("x-queue-type", Argument::Text("quorum")),
            ("x-delivery-limit", Argument::Number(DEAD_DELIVERY_LIMIT)),
            ("x-overflow", Argument::Text("reject-publish")),
            ("x-max-length", Argument::Number(MAX_DEAD_LETTERS)),
        ],
    },
];

/// Every binding of a durable queue.
pub const BINDINGS: [Binding; 2] = [
    Binding { exchange: EVENTS_EXCHANGE, queue: EVENTS_QUEUE, routing_key: "#" },
    Binding { exchange: DEAD_EXCHANGE, queue: DEAD_QUEUE, routing_key: "#" },
];
