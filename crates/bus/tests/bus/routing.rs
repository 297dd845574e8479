//! Events that no queue takes, and queues that take no more.

use deskbell_bus::topology::{EVENTS_EXCHANGE, EVENTS_QUEUE};
use deskbell_bus::{Bus, PublishError};
use deskbell_testkit::{TestVhost, shared};
use serde_json::json;

use crate::backend::{connect, event, next, settings};

/// A bus whose queue takes only the events of one name.
async fn bus_that_routes_only(name: &str) -> (Bus, TestVhost) {
    let vhost = shared::vhost();
    let bus = connect(&settings(vhost.url())).await;
    let bindings = format!("/api/bindings/{}/e/{EVENTS_EXCHANGE}/q/{EVENTS_QUEUE}", vhost.name());
    vhost.broker().delete(&format!("{bindings}/%23")).unwrap();
    vhost.broker().post(&bindings, &json!({ "routing_key": name })).unwrap();
    (bus, vhost)
}

#[tokio::test]
async fn an_event_that_no_queue_takes_is_not_published_although_it_is_confirmed() {
    let (bus, _vhost) = bus_that_routes_only("routed").await;
    assert_eq!(bus.publish(&event("unrouted", "x")).await, Err(PublishError::Unroutable));
    assert_eq!(bus.publish(&event("routed", "y")).await, Ok(()));
    assert_eq!(next(&mut bus.events()).await.body, "y");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_many_under_way_each_publisher_hears_of_its_own_event() {
    let (bus, _vhost) = bus_that_routes_only("routed").await;
    let publishers: Vec<_> = (0..600)
        .map(|number| {
            let bus = bus.clone();
            let name = if number % 3 == 0 { "unrouted" } else { "routed" };
            tokio::spawn(async move { (name, bus.publish(&event(name, "x")).await) })
        })
        .collect();
    for publisher in publishers {
        let (name, result) = publisher.await.unwrap();
        let expected = if name == "routed" { Ok(()) } else { Err(PublishError::Unroutable) };
        assert_eq!(result, expected, "{name}");
    }
}

#[tokio::test]
async fn a_full_queue_refuses_events() {
    let vhost = shared::vhost();
    let policy = json!({
        "pattern": format!("^{EVENTS_QUEUE}$"), "apply-to": "queues", "definition": { "max-length": 3 },
    });
    vhost.broker().put(&format!("/api/policies/{}/small", vhost.name()), &policy).unwrap();
    let bus = connect(&settings(vhost.url())).await;

    // The broker's limit on a quorum queue is soft: it takes a few more before it notices.
    let mut refused = None;
    for _ in 0..200 {
        refused = bus.publish(&event("new_chat", "x")).await.err();
        if refused.is_some() {
            break;
        }
    }
    assert_eq!(refused, Some(PublishError::Refused));
}

#[tokio::test]
async fn an_event_of_a_stranger_without_properties_arrives() {
    let vhost = shared::vhost();
    let bus = connect(&settings(vhost.url())).await;
    let publish = format!("/api/exchanges/{}/{EVENTS_EXCHANGE}/publish", vhost.name());
    let message = json!({
        "properties": {}, "routing_key": "new_chat", "payload": "hello", "payload_encoding": "string",
    });
    vhost.broker().post(&publish, &message).unwrap();

    let delivery = next(&mut bus.events()).await;

    assert_eq!((delivery.body.as_ref(), delivery.event_name.as_str()), (&b"hello"[..], "new_chat"));
    assert_eq!(delivery.message_id, None);
}

#[tokio::test]
async fn a_queue_that_somebody_deletes_is_declared_again() {
    let vhost = shared::vhost();
    let bus = connect(&settings(vhost.url())).await;
    let mut consumer = bus.events();
    bus.publish(&event("new_chat", "before")).await.unwrap();
    next(&mut consumer).await.ack().await.unwrap();

    vhost.broker().delete(&format!("/api/queues/{}/{EVENTS_QUEUE}", vhost.name())).unwrap();

    let after = tokio::spawn(async move { next(&mut consumer).await.body.clone() });
    deskbell_testkit::wait_until("the event is published", crate::backend::SOON, || async {
        bus.publish(&event("new_chat", "after")).await.is_ok()
    })
    .await;
    assert_eq!(after.await.unwrap(), "after");
}
