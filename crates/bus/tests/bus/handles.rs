//! The session lives as long as somebody holds a handle or a consumer, and connects again after hints were missed.

use deskbell_bus::topology::{LIVE_EXCHANGE, LIVE_QUEUE_PREFIX};
use deskbell_bus::{Hint, Role};
use deskbell_testkit::{TestVhost, shared, wait_until};

use crate::backend::{SOON, connect, settings, soon};

/// The queues for hints: each session has one, which vanishes with it.
fn live_queues(vhost: &TestVhost) -> Vec<String> {
    let queues = vhost.broker().get(&format!("/api/queues/{}?columns=name", vhost.name())).unwrap();
    let names = queues.as_array().unwrap().iter().filter_map(|queue| queue["name"].as_str());
    names.filter(|name| name.starts_with(LIVE_QUEUE_PREFIX)).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_session_ends_with_the_last_handle() {
    let vhost = shared::vhost();
    let bus = connect(&settings(vhost.url())).await;
    let other = bus.clone();
    let consumer = bus.events();
    drop(bus);
    drop(other);
    assert_eq!(live_queues(&vhost).len(), 1, "the consumer still needs it");
    drop(consumer);
    wait_until("the session is over", SOON, || async { live_queues(&vhost).is_empty() }).await;
}

#[tokio::test]
async fn a_process_that_only_follows_hints_is_told_when_it_may_have_missed_some() {
    let vhost = shared::vhost();
    let bus = connect(&settings(vhost.url()).with_role(Role::LiveOnly)).await;
    let mut hints = bus.hints();
    bus.send_hint(Hint { topic: "before".into(), body: "{}".into() });
    assert_eq!(soon("the hint", hints.recv()).await.unwrap().topic, "before");

    // A hint that finds its exchange gone is lost, and the session with it.
    vhost.broker().delete(&format!("/api/exchanges/{}/{LIVE_EXCHANGE}", vhost.name())).unwrap();
    bus.send_hint(Hint { topic: "lost".into(), body: "{}".into() });

    assert!(soon("the word of the new session", hints.recv()).await.unwrap().is_resync());
    bus.send_hint(Hint { topic: "after".into(), body: "{}".into() });
    assert_eq!(soon("the hint", hints.recv()).await.unwrap().topic, "after");
}
