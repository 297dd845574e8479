//! A broker that is away, returns what it cannot route, confirms too late, or loses its disk.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_bus::{Bus, BusSettings, ConfirmOutcome, Event, EventConsumer, PublishError, verdict};
use rand::RngExt as _;
use rand::rngs::StdRng;

/// The broker's side; the queue itself is the in-process bus.
pub struct Broker {
    pub bus: Bus,
    pub events: EventConsumer,
    rng: Arc<Mutex<StdRng>>,
    pub faulty: bool,
}

fn empty() -> Bus {
    let mut settings = BusSettings::new("memory:", "simulation");
    settings.retry_delay_min = Duration::ZERO;
    settings.retry_delay_max = Duration::ZERO;
    Bus::open(&settings).unwrap()
}

impl Broker {
    pub fn new(rng: Arc<Mutex<StdRng>>) -> Self {
        let bus = empty();
        Self { events: bus.events(), bus, rng, faulty: true }
    }

    /// Everything queued is gone.
    pub fn lose_disk(&mut self) {
        self.bus = empty();
        self.events = self.bus.events();
    }

    /// Publishes as the real bus does: what counts is the verdict on the broker's answer.
    pub fn publisher(
        &self,
    ) -> impl Fn(Event) -> futures_util::future::BoxFuture<'static, Result<(), PublishError>> + use<> {
        let (bus, rng, faulty) = (self.bus.clone(), Arc::clone(&self.rng), self.faulty);
        move |event| {
            let draw: u32 = if faulty { rng.lock().unwrap().random_range(0..100) } else { 100 };
            let bus = bus.clone();
            Box::pin(async move {
                match draw {
                    0..10 => Err(PublishError::NotConnected),
                    // Taken, but the confirm is lost.
                    10..20 => bus.publish(&event).await.and(Err(PublishError::Timeout)),
                    20..25 => Err(PublishError::ConnectionLost),
                    // No queue: the broker acknowledges and returns the message.
                    25..35 => verdict(ConfirmOutcome { acked: true, returned: true })
                        .inspect(|()| panic!("an event that was returned counts as published")),
                    35..40 => verdict(ConfirmOutcome { acked: false, returned: false }),
                    _ => bus
                        .publish(&event)
                        .await
                        .and(verdict(ConfirmOutcome { acked: true, returned: false })),
                }
            })
        }
    }
}
