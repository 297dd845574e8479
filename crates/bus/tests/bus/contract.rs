//! The contract, run over every bus.

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use deskbell_bus::topology::DELIVERY_LIMIT;
use deskbell_bus::{Bus, Hint, MAX_EVENT_BODY_BYTES, MAX_HINT_BODY_BYTES, PublishError};
use tokio::sync::broadcast;

use crate::backend::{Backend, event, next, publish, soon, take};

/// Makes each behaviour a test of each bus.
macro_rules! contract {
    ($($behaviour:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(super::Backend::memory().await).await;
            })+
        }
        mod rabbit {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(super::Backend::rabbit().await).await;
            })+
        }
    };
}

contract![
    a_published_event_arrives_with_its_facts,
    events_of_one_publisher_arrive_in_order,
    an_event_waits_for_its_consumer,
    an_acknowledged_event_does_not_come_again,
    a_retried_event_comes_again_and_counts,
    a_retried_event_is_held_back,
    an_event_dropped_by_a_panic_comes_again,
    a_rejected_event_becomes_a_dead_letter,
    an_event_retried_too_often_becomes_a_dead_letter,
    a_retried_dead_letter_stays_one,
    an_acknowledged_dead_letter_is_gone,
    consumers_share_the_events,
    a_consumer_holds_no_more_than_its_prefetch,
    waiting_for_an_event_may_be_given_up,
    many_publishers_at_once_lose_and_double_nothing,
    an_event_that_is_too_large_is_refused,
    a_hint_reaches_every_subscriber,
    a_hint_that_is_too_large_is_dropped,
    a_closed_bus_publishes_nothing_and_ends_its_consumers,
    an_open_bus_is_ready,
];

async fn a_published_event_arrives_with_its_facts(backend: Backend) {
    let sent = event("urgent_chat", &b"\x00\xffbytes"[..]);
    backend.bus.publish(&sent).await.unwrap();

    let delivery = next(&mut backend.bus.events()).await;

    assert_eq!(delivery.body, sent.body);
    assert_eq!(delivery.message_id, Some(sent.id.to_string()));
    assert_eq!((delivery.routing_key.as_str(), delivery.event_name.as_str()), ("urgent_chat", "urgent_chat"));
    assert_eq!((delivery.redelivered, delivery.delivery_count), (false, 0));
    assert_eq!(delivery.death_reason, None);
    delivery.ack().await.unwrap();
}

async fn events_of_one_publisher_arrive_in_order(backend: Backend) {
    for number in 0..20_u8 {
        backend.bus.publish(&event("new_chat", vec![number])).await.unwrap();
    }
    let numbers: Vec<_> = take(&mut backend.bus.events(), 20).await.iter().map(|body| body[0]).collect();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
}

async fn an_event_waits_for_its_consumer(backend: Backend) {
    let mut consumer = backend.bus.events();
    let bus = backend.bus.clone();
    let waiting = tokio::spawn(async move { next(&mut consumer).await.body.clone() });
    publish(&bus, "later").await;
    assert_eq!(soon("the consumer", waiting).await.unwrap(), "later");
}

async fn an_acknowledged_event_does_not_come_again(backend: Backend) {
    publish(&backend.bus, "first").await;
    assert_eq!(take(&mut backend.bus.events(), 1).await, ["first"]);
    publish(&backend.bus, "second").await;
    assert_eq!(take(&mut backend.bus.events(), 1).await, ["second"]);
}

async fn a_retried_event_comes_again_and_counts(backend: Backend) {
    publish(&backend.bus, "again").await;
    let mut consumer = backend.bus.events();
    for count in 0..3 {
        let delivery = next(&mut consumer).await;
        assert_eq!((delivery.delivery_count, delivery.redelivered), (count, count > 0));
        delivery.retry();
    }
    assert_eq!(take(&mut consumer, 1).await, ["again"]);
}

async fn a_retried_event_is_held_back(mut backend: Backend) {
    const DELAY: Duration = Duration::from_millis(300);
    backend.settings.retry_delay_min = DELAY;
    backend.settings.retry_delay_max = DELAY;
    let patient = Bus::open(&backend.settings).unwrap();
    soon("a session", patient.wait_connected()).await;
    publish(&backend.bus, "later").await;
    if matches!(patient, Bus::Memory(_)) {
        publish(&patient, "later").await;
    }
    let mut consumer = patient.events();

    next(&mut consumer).await.retry();
    let retried = tokio::time::Instant::now();

    assert_eq!(take(&mut consumer, 1).await, ["later"]);
    assert!(retried.elapsed() >= DELAY, "{:?}", retried.elapsed());
}

async fn an_event_dropped_by_a_panic_comes_again(backend: Backend) {
    publish(&backend.bus, "dangerous").await;
    let mut consumer = backend.bus.events();
    let delivery = next(&mut consumer).await;
    let handler = tokio::spawn(async move {
        assert_ne!(delivery.body, "dangerous");
        delivery.ack().await
    });
    assert!(handler.await.unwrap_err().is_panic());
    assert_eq!(take(&mut consumer, 1).await, ["dangerous"]);
}

async fn a_rejected_event_becomes_a_dead_letter(backend: Backend) {
    let sent = publish(&backend.bus, "poison").await;
    next(&mut backend.bus.events()).await.reject().await.unwrap();

    let letter = next(&mut backend.bus.dead_letters()).await;

    assert_eq!((&letter.body, &letter.event_name), (&sent.body, &sent.name));
    assert_eq!(letter.message_id, Some(sent.id.to_string()));
    assert_eq!(letter.death_reason.as_deref(), Some("rejected"));
    letter.ack().await.unwrap();
}

async fn an_event_retried_too_often_becomes_a_dead_letter(backend: Backend) {
    publish(&backend.bus, "hopeless").await;
    let mut consumer = backend.bus.events();
    for count in 0..=DELIVERY_LIMIT {
        let delivery = next(&mut consumer).await;
        assert_eq!(delivery.delivery_count, count);
        delivery.retry();
    }
    let letter = next(&mut backend.bus.dead_letters()).await;
    assert_eq!(
        (letter.body.as_ref(), letter.death_reason.as_deref()),
        (&b"hopeless"[..], Some("delivery_limit"))
    );
    letter.ack().await.unwrap();
}

async fn a_retried_dead_letter_stays_one(backend: Backend) {
    publish(&backend.bus, "poison").await;
    next(&mut backend.bus.events()).await.reject().await.unwrap();
    let mut letters = backend.bus.dead_letters();
    for _ in 0..DELIVERY_LIMIT + 5 {
        next(&mut letters).await.retry();
    }
    assert_eq!(take(&mut letters, 1).await, ["poison"]);
}

async fn an_acknowledged_dead_letter_is_gone(backend: Backend) {
    let mut consumer = backend.bus.events();
    let mut letters = backend.bus.dead_letters();
    for body in ["first", "second"] {
        publish(&backend.bus, body).await;
        next(&mut consumer).await.reject().await.unwrap();
        assert_eq!(take(&mut letters, 1).await, [body]);
    }
}

async fn consumers_share_the_events(backend: Backend) {
    let (mut one, mut other) = (backend.bus.events(), backend.bus.events());
    // Both are there before the first event, so that there is something to share.
    tokio::join!(until_subscribed(&mut one), until_subscribed(&mut other));
    publish(&backend.bus, "a").await;
    publish(&backend.bus, "b").await;
    let (first, second) = tokio::join!(one.next(), async {
        // One consumer may be given both; whichever is idle must then get nothing.
        tokio::time::timeout(Duration::from_millis(300), other.next()).await.ok().flatten()
    });
    let mut bodies = HashSet::from([first.unwrap().body.clone()]);
    match second {
        Some(delivery) => bodies.insert(delivery.body.clone()),
        None => bodies.insert(next(&mut one).await.body.clone()),
    };
    assert_eq!(bodies, HashSet::from([Bytes::from("a"), Bytes::from("b")]));
}

async fn until_subscribed(consumer: &mut deskbell_bus::EventConsumer) {
    assert!(tokio::time::timeout(Duration::from_millis(300), consumer.next()).await.is_err());
}

async fn a_consumer_holds_no_more_than_its_prefetch(mut backend: Backend) {
    backend.settings.prefetch = 2;
    let bus = Bus::open(&backend.settings).unwrap();
    soon("a session", bus.wait_connected()).await;
    for body in ["a", "b", "c"] {
        publish(&bus, body).await;
    }
    let mut consumer = bus.events();
    let held = [next(&mut consumer).await, next(&mut consumer).await];

    let third = tokio::time::timeout(Duration::from_millis(300), consumer.next()).await;
    assert!(third.is_err(), "the prefetch is used up");

    for delivery in held {
        delivery.ack().await.unwrap();
    }
    assert_eq!(take(&mut consumer, 1).await, ["c"]);
}

async fn waiting_for_an_event_may_be_given_up(backend: Backend) {
    let mut consumer = backend.bus.events();
    for _ in 0..5 {
        let given_up = tokio::time::timeout(Duration::from_millis(20), consumer.next()).await;
        assert!(given_up.is_err());
    }
    publish(&backend.bus, "kept").await;
    assert_eq!(take(&mut consumer, 1).await, ["kept"]);
}

async fn many_publishers_at_once_lose_and_double_nothing(backend: Backend) {
    const EVENTS: u32 = 2_000;
    const PUBLISHERS: u32 = 100;
    let publishers = (0..PUBLISHERS).map(|publisher| {
        let bus = backend.bus.clone();
        tokio::spawn(async move {
            for number in (0..EVENTS).filter(|number| number % PUBLISHERS == publisher) {
                bus.publish(&event("new_chat", number.to_be_bytes().to_vec())).await.unwrap();
            }
        })
    });
    let publishers: Vec<_> = publishers.collect();
    let mut consumer = backend.bus.events();
    let mut seen = HashSet::new();
    for body in take(&mut consumer, EVENTS as usize).await {
        assert!(seen.insert(body), "no event comes twice");
    }
    for publisher in publishers {
        publisher.await.unwrap();
    }
}

async fn an_event_that_is_too_large_is_refused(backend: Backend) {
    let largest = event("new_chat", vec![7; MAX_EVENT_BODY_BYTES]);
    backend.bus.publish(&largest).await.unwrap();
    let larger = event("new_chat", vec![7; MAX_EVENT_BODY_BYTES + 1]);
    assert_eq!(backend.bus.publish(&larger).await, Err(PublishError::TooLarge));
    assert_eq!(take(&mut backend.bus.events(), 1).await, [largest.body]);
}

async fn a_hint_reaches_every_subscriber(backend: Backend) {
    let mut subscribers = [backend.bus.hints(), backend.bus.hints()];
    let hint = Hint { topic: "conversation.7".into(), body: r#"{"seq":3}"#.into() };
    backend.bus.send_hint(hint.clone());
    for subscriber in &mut subscribers {
        assert_eq!(next_hint(subscriber).await, hint);
    }
}

async fn a_hint_that_is_too_large_is_dropped(backend: Backend) {
    let mut subscriber = backend.bus.hints();
    let hint = |bytes| Hint { topic: "t".into(), body: vec![b'x'; bytes].into() };
    backend.bus.send_hint(hint(MAX_HINT_BODY_BYTES + 1));
    backend.bus.send_hint(hint(MAX_HINT_BODY_BYTES));
    assert_eq!(next_hint(&mut subscriber).await.body.len(), MAX_HINT_BODY_BYTES);
}

async fn next_hint(subscriber: &mut broadcast::Receiver<Hint>) -> Hint {
    loop {
        let hint = soon("a hint", subscriber.recv()).await.unwrap();
        if !hint.is_resync() {
            return hint;
        }
    }
}

async fn a_closed_bus_publishes_nothing_and_ends_its_consumers(backend: Backend) {
    let mut consumer = backend.bus.events();
    let waiting = tokio::spawn(async move { consumer.next().await.is_none() });
    backend.bus.close().await;
    assert!(soon("the consumer's end", waiting).await.unwrap());
    assert_eq!(backend.bus.publish(&event("new_chat", "late")).await, Err(PublishError::NotConnected));
    assert!(!backend.bus.health().is_ready());
}

async fn an_open_bus_is_ready(backend: Backend) {
    let health = backend.bus.health();
    assert!(health.is_ready(), "{health:?}");
}
