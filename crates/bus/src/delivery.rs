//! An event that has arrived, and what may be done with it.

use bytes::Bytes;

use crate::{memory, rabbit};

/// An event in the hands of a consumer, which settles it by one of [`ack`](Self::ack), [`retry`](Self::retry) and
/// [`reject`](Self::reject). One that is dropped unsettled, by a panic for instance, is retried.
#[derive(Debug)]
#[must_use = "a delivery that is dropped comes back"]
pub struct Delivery {
    /// The encoded envelope, as it arrived.
    pub body: Bytes,
    /// The AMQP `message_id`; whatever the publisher put there.
    pub message_id: Option<String>,
    /// The key it was published with.
    pub routing_key: String,
    /// The AMQP `type`, or the routing key where the publisher set none.
    pub event_name: String,
    /// Whether it may have been delivered before.
    pub redelivered: bool,
    /// How often it has been delivered before, as far as the broker knows.
    pub delivery_count: u32,
    /// Why it lies in the dead-letter queue: `rejected`, `delivery_limit`, `expired` or `maxlen`.
    pub death_reason: Option<String>,
    pub(crate) settlement: Settlement,
}

/// The way back to where a delivery came from; retries when dropped.
#[derive(Debug)]
pub(crate) enum Settlement {
    Memory(memory::Unsettled),
    Rabbit(rabbit::Unsettled),
}

/// The delivery could not be settled: its session is over, and the broker delivers it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session of this delivery is over; it will be delivered again")]
pub struct SettleError;

impl Delivery {
    /// Done: the event leaves the queue. Call it after the transaction that records the event has committed.
    ///
    /// # Errors
    /// [`SettleError`] when the event will come again all the same.
    pub async fn ack(self) -> Result<(), SettleError> {
        match self.settlement {
            Settlement::Memory(unsettled) => {
                unsettled.ack();
                Ok(())
            }
            Settlement::Rabbit(unsettled) => unsettled.ack().await,
        }
    }

    /// Not now: the event goes back to the queue after a delay that grows with [`delivery_count`](Self::delivery_count).
    /// Until then it takes one place of the consumer's prefetch. After
    /// [`topology::DELIVERY_LIMIT`](crate::topology::DELIVERY_LIMIT) deliveries it goes to the dead letters, so
    /// wait in place for what will surely come back, such as the database.
    pub fn retry(self) {
        drop(self);
    }

    /// Never: the event goes to the dead letters.
    ///
    /// # Errors
    /// [`SettleError`] when the event will come again all the same.
    pub async fn reject(self) -> Result<(), SettleError> {
        match self.settlement {
            Settlement::Memory(unsettled) => {
                unsettled.reject();
                Ok(())
            }
            Settlement::Rabbit(unsettled) => unsettled.reject().await,
        }
    }
}
