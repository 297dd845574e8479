//! The outbox: nothing written is lost, and nobody publishes what somebody else is publishing.

use std::collections::HashSet;
use std::time::Duration;

use deskbell_domain::EventId;
use deskbell_store::model::event::OutboxEvent;
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::event;

on_both_databases![
    two_takers_never_take_the_same,
    a_lease_holds_until_it_ends,
    the_oldest_lease_comes_first_and_the_bytes_survive,
    what_is_published_is_taken_no_more,
    what_nobody_has_recorded_is_published_again,
    only_what_was_recorded_is_forgotten,
];

async fn written(db: &Db, count: usize) -> Vec<OutboxEvent> {
    let events: Vec<_> = (0..count).map(|_| event(db, "new_chat")).collect();
    for event in &events {
        db.store.write_event(event, db.now(), db.now()).await.unwrap();
    }
    events
}

fn ids(events: &[OutboxEvent]) -> HashSet<EventId> {
    events.iter().map(|event| event.id).collect()
}

async fn taken(db: &Db) -> HashSet<EventId> {
    ids(&db.store.take_outbox(db.now(), db.in_s(30), 1_000).await.unwrap())
}

async fn two_takers_never_take_the_same(db: Db) {
    let events = written(&db, 60).await;
    let other = db.opened_again();
    let take = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        store.take_outbox(db.now(), db.in_s(30), 7).await.unwrap()
    };
    // On PostgreSQL one that comes while others hold their locks may find less than its share; so twice.
    let mut taken = Vec::new();
    for _ in 0..2 {
        taken.extend(join_all((0..12).map(take)).await.into_iter().flatten());
    }
    assert_eq!(taken.len(), events.len(), "no event twice");
    assert_eq!(ids(&taken), ids(&events), "no event left out");
}

async fn a_lease_holds_until_it_ends(db: Db) {
    let events = written(&db, 3).await;
    assert_eq!(taken(&db).await, ids(&events));
    assert!(taken(&db).await.is_empty());
    db.advance_s(30);
    assert_eq!(taken(&db).await, ids(&events));

    let leased_by_its_writer = event(&db, "new_chat");
    db.store.write_event(&leased_by_its_writer, db.now(), db.in_s(10)).await.unwrap();
    db.advance_s(9);
    assert!(taken(&db).await.is_empty());
    db.advance_s(1);
    assert_eq!(taken(&db).await, HashSet::from([leased_by_its_writer.id]));
}

async fn the_oldest_lease_comes_first_and_the_bytes_survive(db: Db) {
    let mut events = Vec::new();
    for name in ["new_chat", "urgent_chat", "settings_changed"] {
        let event = OutboxEvent { payload: (0..=255).collect(), ..event(&db, name) };
        db.store.write_event(&event, db.now(), db.now()).await.unwrap();
        db.advance_s(1);
        events.push(event);
    }
    let first = db.store.take_outbox(db.now(), db.in_s(30), 2).await.unwrap();
    assert_eq!(ids(&first), ids(&events[..2]));
    assert!(first.iter().all(|event| events.contains(event)));
    assert_eq!(db.store.take_outbox(db.now(), db.in_s(30), 2).await.unwrap(), events[2..]);
}

async fn what_is_published_is_taken_no_more(db: Db) {
    let events = written(&db, 3).await;
    db.store.mark_published(&[events[0].id, events[2].id], db.now()).await.unwrap();
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().unpublished, 1);
    assert_eq!(taken(&db).await, HashSet::from([events[1].id]));
    db.store.mark_published(&[], db.now()).await.unwrap();
}

async fn what_nobody_has_recorded_is_published_again(db: Db) {
    let events = written(&db, 3).await;
    let [recorded, lost, unpublished] = [events[0].id, events[1].id, events[2].id];
    db.store.mark_published(&[recorded, lost], db.now()).await.unwrap();
    db.store.record_events("notifier", &[recorded], db.now(), &|_, _, _| Vec::new()).await.unwrap();
    assert_eq!(taken(&db).await, HashSet::from([unpublished]));

    let again = async || db.store.republish_unrecorded(Duration::from_secs(10), db.now()).await.unwrap();
    db.advance_s(10);
    assert_eq!(again().await, 0, "a little more patience");
    db.advance_s(1);
    assert_eq!(again().await, 1);
    assert_eq!(again().await, 0, "it is due already");
    assert_eq!(taken(&db).await, HashSet::from([lost]));

    // Published 11 seconds after it was written, it waits for as long; a queue that is only slow is not flooded.
    db.store.mark_published(&[lost], db.now()).await.unwrap();
    db.advance_s(10);
    assert_eq!(again().await, 0);
    db.advance_s(1);
    assert_eq!(again().await, 1);
}

async fn only_what_was_recorded_is_forgotten(db: Db) {
    let events = written(&db, 3).await;
    let [recorded, lost, unpublished] = [events[0].id, events[1].id, events[2].id];
    db.store.mark_published(&[recorded, lost], db.now()).await.unwrap();
    db.store
        .record_events("notifier", &[recorded, unpublished], db.now(), &|_, _, _| Vec::new())
        .await
        .unwrap();
    db.advance_s(10);
    let long_ago = db.now().minus(Duration::from_secs(60));
    assert_eq!(db.store.forget_events(long_ago, long_ago).await.unwrap(), 0);

    // The record of an event stays as long as the event may be published once more.
    assert_eq!(db.store.forget_events(db.now(), db.now()).await.unwrap(), 2);
    assert_eq!(db.count("outbox").await, 2);
    assert_eq!(db.count("inbox").await, 1);
    let again = [recorded, lost, unpublished];
    let known = db.store.record_events("notifier", &again, db.now(), &|_, _, _| Vec::new()).await.unwrap();
    let known: Vec<_> = known.into_iter().map(|event| event.event_id).collect();
    assert_eq!(known, [recorded, lost], "what was forgotten would count as new");
}
