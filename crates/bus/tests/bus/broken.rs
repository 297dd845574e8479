//! Brokers that die, freeze, lose their data or are short of memory: nothing hangs, nothing confirmed is lost, and the
//! session comes back.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_bus::{Bus, BusSettings, PublishError, SettleError};
use deskbell_testkit::{RabbitServer, free_port, wait_until};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::backend::{SOON, connect, event, next, publish, settings, soon, take};

const PUBLISH_TIMEOUT: Duration = Duration::from_secs(3);
/// How much longer than its timeout a publish may take on a busy machine before it counts as hung.
const GRACE: Duration = Duration::from_secs(3);
/// How often each publisher under load publishes.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(10);

fn impatient(url: String) -> BusSettings {
    BusSettings { publish_timeout: PUBLISH_TIMEOUT, ..settings(url) }
}

async fn reconnected(bus: &Bus) {
    wait_until("the session comes back", SOON, || async { bus.health().is_ready() }).await;
}

async fn publishes_again(bus: &Bus) {
    wait_until("an event is published", SOON, || async {
        bus.publish(&event("new_chat", "again")).await.is_ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_of_the_broker_under_load_loses_nothing_that_was_confirmed() {
    let mut server = RabbitServer::start().unwrap();
    let bus = connect(&impatient(server.url())).await;
    server.flush_declarations().unwrap();
    let load = Load::start(&bus, 32);

    wait_until("events are confirmed", SOON, || async { load.is_flowing() }).await;
    server.kill9();
    wait_until("the loss is noticed", SOON, || async { !bus.health().connected }).await;
    server.start_again().unwrap();
    reconnected(&bus).await;
    publishes_again(&bus).await;
    let confirmed = load.stop().await;

    let mut consumer = bus.events();
    let mut missing: HashSet<_> = confirmed.into_iter().collect();
    assert!(!missing.is_empty());
    while !missing.is_empty() {
        let delivery = next(&mut consumer).await;
        let id = delivery.message_id.as_deref().and_then(|id| Uuid::parse_str(id).ok()).unwrap();
        missing.remove(&id);
        delivery.ack().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_lost_its_data_is_set_up_again() {
    let mut server = RabbitServer::start().unwrap();
    let bus = connect(&impatient(server.url())).await;
    let mut consumer = bus.events();
    publish(&bus, "before").await;
    assert_eq!(take(&mut consumer, 1).await, ["before"]);

    server.kill9();
    server.wipe_data().unwrap();
    server.start_again().unwrap();

    publishes_again(&bus).await;
    assert_eq!(take(&mut consumer, 1).await, ["again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_of_a_lost_session_cannot_be_acknowledged_and_comes_again() {
    let mut server = RabbitServer::start().unwrap();
    let bus = connect(&impatient(server.url())).await;
    server.flush_declarations().unwrap();
    publish(&bus, "twice").await;
    let mut consumer = bus.events();
    let delivery = next(&mut consumer).await;

    server.kill9();
    wait_until("the loss is noticed", SOON, || async { !bus.health().connected }).await;
    assert_eq!(delivery.ack().await, Err(SettleError));
    server.start_again().unwrap();

    let again = next(&mut consumer).await;
    assert_eq!((again.body.as_ref(), again.redelivered), (&b"twice"[..], true));
    again.ack().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_broker_makes_publishes_time_out_and_is_used_again_when_it_thaws() {
    let server = RabbitServer::start().unwrap();
    let bus = connect(&impatient(server.url())).await;
    publish(&bus, "before").await;

    server.freeze();
    let started = tokio::time::Instant::now();
    assert_eq!(bus.publish(&event("new_chat", "frozen")).await, Err(PublishError::Timeout));
    assert!(started.elapsed() < PUBLISH_TIMEOUT + GRACE);
    server.thaw();

    publishes_again(&bus).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_short_of_memory_is_reported_at_once() {
    let server = RabbitServer::start().unwrap();
    let bus = connect(&impatient(server.url())).await;

    server.control(&["set_vm_memory_high_watermark", "absolute", "1"]).unwrap();
    // The broker tells only those who publish that it is short of memory.
    wait_until("publishers are blocked", SOON, || async {
        let started = tokio::time::Instant::now();
        let result = bus.publish(&event("new_chat", "x")).await;
        assert!(started.elapsed() < PUBLISH_TIMEOUT + GRACE);
        result == Err(PublishError::Blocked)
    })
    .await;
    let health = bus.health();
    assert!(health.connected && health.blocked.is_some() && !health.is_ready(), "{health:?}");

    server.control(&["set_vm_memory_high_watermark", "0.4"]).unwrap();
    publishes_again(&bus).await;
}

#[tokio::test]
async fn without_a_broker_the_bus_opens_and_says_why_it_is_not_ready() {
    let bus = Bus::open(&settings(format!("amqp://127.0.0.1:{}", free_port()))).unwrap();
    assert_eq!(bus.publish(&event("new_chat", "x")).await, Err(PublishError::NotConnected));
    wait_until("the reason is known", SOON, || async { bus.health().last_error.is_some() }).await;
    assert!(!bus.health().is_ready());
    soon("the end", bus.close()).await;
}

#[tokio::test]
async fn a_wrong_password_is_a_reason() {
    let url = deskbell_testkit::shared::rabbit().url_for("guest", "wrong", "/");
    let bus = Bus::open(&settings(url)).unwrap();
    wait_until("the reason is known", SOON, || async { bus.health().last_error.is_some() }).await;
    let reason = bus.health().last_error.unwrap();
    assert!(reason.contains("ACCESS") && !reason.contains("wrong"), "{reason}");
}

/// Publishers that never stop, and the ids of what was confirmed to them. Fails when one of them hangs.
struct Load {
    publishers: Vec<JoinHandle<Vec<Uuid>>>,
    stopping: Arc<AtomicBool>,
    flowing: Arc<AtomicBool>,
}

impl Load {
    fn start(bus: &Bus, publishers: usize) -> Self {
        let (stopping, flowing) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let publish = || {
            let (bus, stopping, flowing) = (bus.clone(), Arc::clone(&stopping), Arc::clone(&flowing));
            async move {
                let mut confirmed = Vec::new();
                let mut pace = tokio::time::interval(PUBLISH_INTERVAL);
                while !stopping.load(Ordering::Relaxed) {
                    let event = event("new_chat", "load");
                    let publish = tokio::time::timeout(PUBLISH_TIMEOUT + GRACE, bus.publish(&event));
                    if publish.await.expect("no publish hangs").is_ok() {
                        confirmed.push(event.id);
                    }
                    pace.tick().await;
                    flowing.store(!confirmed.is_empty(), Ordering::Relaxed);
                }
                confirmed
            }
        };
        let publishers = (0..publishers).map(|_| tokio::spawn(publish())).collect();
        Self { publishers, stopping, flowing }
    }

    fn is_flowing(&self) -> bool {
        self.flowing.load(Ordering::Relaxed)
    }

    async fn stop(self) -> Vec<Uuid> {
        self.stopping.store(true, Ordering::Relaxed);
        let mut confirmed = Vec::new();
        for publisher in self.publishers {
            confirmed.extend(soon("the publisher", publisher).await.expect("the publisher did not panic"));
        }
        confirmed
    }
}
