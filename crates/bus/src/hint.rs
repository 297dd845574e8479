//! Hints: small messages to every process, which may get lost.

use bytes::Bytes;

/// The longest topic, in bytes; the limit of an AMQP routing key.
pub const MAX_HINT_TOPIC_BYTES: usize = 255;

/// The longest body, in bytes. A hint says what to read again, not what stands there.
pub const MAX_HINT_BODY_BYTES: usize = 16 * 1024;

/// Tells every process that something in the database has changed. It arrives soon, or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it is about; chosen by sender and receivers.
    pub topic: String,
    /// Small JSON.
    pub body: Bytes,
}

impl Hint {
    const RESYNC: &'static str = "bus.resync";

    /// The hint that a process gives itself after a lost connection: others may have been missed meanwhile.
    pub(crate) fn resync() -> Self {
        Self { topic: Self::RESYNC.to_owned(), body: Bytes::new() }
    }

    /// Whether hints may have been missed before this one, so that whoever follows something reads it again.
    pub fn is_resync(&self) -> bool {
        self.topic == Self::RESYNC
    }

    /// Whether the hint keeps its bounds; one that does not is dropped instead of sent.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.is_resync()
            && self.topic.len() <= MAX_HINT_TOPIC_BYTES
            && self.body.len() <= MAX_HINT_BODY_BYTES
    }
}

/// Counts a hint that was not sent, because nobody can be told at this place.
pub(crate) fn count_dropped() {
    metrics::counter!("bus_hints_dropped_total").increment(1);
}
