//! The receiving end of a queue.

use crate::{Delivery, memory, rabbit};

/// Takes deliveries from a queue; several consumers of one queue share its events among them.
#[derive(Debug)]
pub struct EventConsumer(pub(crate) Source);

#[derive(Debug)]
pub(crate) enum Source {
    Memory(memory::Consumer),
    Rabbit(Box<rabbit::Consumer>),
}

impl EventConsumer {
    /// The next delivery; survives lost connections, and waits for as long as it takes. `None` once the bus is closed.
    ///
    /// May be dropped while waiting without losing anything.
    pub async fn next(&mut self) -> Option<Delivery> {
        match &mut self.0 {
            Source::Memory(consumer) => consumer.next().await,
            Source::Rabbit(consumer) => consumer.next().await,
        }
    }
}
