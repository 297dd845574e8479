//! A bus of either kind for one test, and the steps that tests are made of.

use std::time::Duration;

use bytes::Bytes;
use deskbell_bus::{Bus, BusSettings, Delivery, Event, EventConsumer};
use deskbell_testkit::{TestVhost, shared};
use uuid::Uuid;

/// Long enough for a busy machine; nothing waits for it when all is well.
pub const SOON: Duration = Duration::from_secs(30);

/// A bus with settings that suit a test: retries come at once.
pub struct Backend {
    pub bus: Bus,
    pub settings: BusSettings,
    _vhost: Option<TestVhost>,
}

impl Backend {
    pub async fn memory() -> Self {
        Self::open(settings("memory:"), None).await
    }

    pub async fn rabbit() -> Self {
        let vhost = shared::vhost();
        Self::open(settings(vhost.url()), Some(vhost)).await
    }

    async fn open(settings: BusSettings, vhost: Option<TestVhost>) -> Self {
        let bus = connect(&settings).await;
        Self { bus, settings, _vhost: vhost }
    }
}

pub fn settings(url: impl Into<String>) -> BusSettings {
    BusSettings {
        retry_delay_min: Duration::ZERO,
        retry_delay_max: Duration::ZERO,
        publish_timeout: Duration::from_secs(10),
        ..BusSettings::new(url, "test")
    }
}

pub async fn connect(settings: &BusSettings) -> Bus {
    let bus = Bus::open(settings).expect("the settings are sound");
    soon("a session", bus.wait_connected()).await;
    bus
}

pub fn event(name: &str, body: impl Into<Bytes>) -> Event {
    Event { id: Uuid::new_v4(), name: name.to_owned(), body: body.into() }
}

pub async fn publish(bus: &Bus, body: &'static str) -> Event {
    let event = event("new_chat", body);
    bus.publish(&event).await.expect("the event is published");
    event
}

pub async fn next(consumer: &mut EventConsumer) -> Delivery {
    soon("a delivery", consumer.next()).await.expect("the bus is open")
}

/// The bodies of the next deliveries, each acknowledged.
pub async fn take(consumer: &mut EventConsumer, count: usize) -> Vec<Bytes> {
    let mut bodies = Vec::new();
    for _ in 0..count {
        let delivery = next(consumer).await;
        bodies.push(delivery.body.clone());
        delivery.ack().await.expect("the delivery is acknowledged");
    }
    bodies
}

pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}
