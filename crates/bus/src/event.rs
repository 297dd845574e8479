//! What is published.

use bytes::Bytes;
use uuid::Uuid;

/// An event on its way out: opaque bytes with the two facts that routing and recognition need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identifies the event for ever; the AMQP `message_id`.
    pub id: Uuid,
    /// What kind it is; the AMQP routing key and `type`.
    pub name: String,
    /// The encoded envelope.
    pub body: Bytes,
}
