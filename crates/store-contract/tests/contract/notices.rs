//! Events become deliveries: once, under the settings and for the recipients in force.

use std::sync::atomic::{AtomicUsize, Ordering};

use deskbell_domain::EventId;
use deskbell_domain::delivery::DeliveryState;
use deskbell_domain::recipient::RecipientRole::{Manager, Owner};
use deskbell_domain::settings::NotificationSettings;
use deskbell_store::model::delivery::{DeliveryFilter, NewDelivery};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::{NEW_CHAT, delivery, planned, planned_many, recipient};

on_both_databases![
    an_event_is_planned_once,
    of_many_who_record_an_event_one_plans_it,
    each_consumer_records_for_itself,
    plans_see_the_settings_and_recipients_in_force,
    one_recipient_gets_one_delivery_of_an_event,
    a_delivery_is_stored_as_it_was_planned,
    what_was_not_to_be_sent_is_in_the_log_with_its_reason,
    the_log_is_read_page_by_page,
];

async fn an_event_is_planned_once(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let (first, second) = (EventId::mint(&db.clock), EventId::mint(&db.clock));
    let plan = |event_id, _: &NotificationSettings, _: &[_]| vec![delivery(&db, event_id, &owner, NEW_CHAT)];
    let record = async |events: &[EventId]| {
        let recorded = db.store.record_events("notifier", events, db.now(), &plan).await.unwrap();
        recorded.into_iter().map(|event| (event.event_id, event.deliveries)).collect::<Vec<_>>()
    };
    assert_eq!(record(&[first, first]).await, [(first, 1)], "twice in one batch is once");
    assert_eq!(record(&[second, first]).await, [(second, 1)]);
    assert_eq!(record(&[first, second]).await, []);
    assert_eq!(record(&[]).await, []);
    assert_eq!(db.count("deliveries").await, 2);
}

async fn of_many_who_record_an_event_one_plans_it(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let events: Vec<_> = (0..10).map(|_| EventId::mint(&db.clock)).collect();
    let other = db.opened_again();
    let planned = AtomicUsize::new(0);
    let plan = |event_id, _: &NotificationSettings, _: &[_]| {
        planned.fetch_add(1, Ordering::Relaxed);
        vec![delivery(&db, event_id, &owner, NEW_CHAT)]
    };
    let record = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        let mut mine = events.clone();
        mine.rotate_left(number);
        store.record_events("notifier", &mine, db.now(), &plan).await.unwrap().len()
    };
    let recorded: usize = join_all((0..10).map(record)).await.into_iter().sum();
    assert_eq!((recorded, planned.into_inner()), (10, 10));
    assert_eq!(db.count("deliveries").await, 10);
}

async fn each_consumer_records_for_itself(db: Db) {
    let event_id = EventId::mint(&db.clock);
    for consumer in ["notifier", "archive"] {
        let recorded =
            db.store.record_events(consumer, &[event_id], db.now(), &|_, _, _| Vec::new()).await.unwrap();
        assert_eq!(recorded.len(), 1);
    }
}

async fn plans_see_the_settings_and_recipients_in_force(db: Db) {
    let settings = NotificationSettings { business_name: "Acme".to_owned(), ..Default::default() };
    db.store.save_settings(&settings, 0, db.now()).await.unwrap();
    let (manager, owner) = (recipient(&db, Manager, 2), recipient(&db, Owner, 3));
    assert!(db.store.add_recipient(&manager).await.unwrap());
    assert!(db.store.add_recipient(&owner).await.unwrap());
    let event_id = EventId::mint(&db.clock);
    let plan = |event_id, in_force: &NotificationSettings, people: &[_]| {
        assert_eq!((in_force, people), (&settings, [owner.clone(), manager.clone()].as_slice()));
        people.iter().map(|person| delivery(&db, event_id, person, NEW_CHAT)).collect()
    };
    let recorded = db.store.record_events("notifier", &[event_id], db.now(), &plan).await.unwrap();
    assert_eq!(recorded[0].deliveries, 2);
}

async fn one_recipient_gets_one_delivery_of_an_event(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let event_id = EventId::mint(&db.clock);
    planned(&db, vec![delivery(&db, event_id, &owner, NEW_CHAT)]).await;
    // As after a replay, which forgets that the event was recorded.
    db.execute("DELETE FROM inbox").await;
    planned(&db, vec![delivery(&db, event_id, &owner, NEW_CHAT)]).await;
    assert_eq!(db.count("deliveries").await, 1);
}

async fn a_delivery_is_stored_as_it_was_planned(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let row =
        NewDelivery { due_at: db.in_s(90), ..delivery(&db, EventId::mint(&db.clock), &owner, NEW_CHAT) };
    planned(&db, vec![row.clone()]).await;
    let stored = db.store.deliveries_of(row.conversation_id.unwrap(), 10).await.unwrap();
    let [stored] = <[_; 1]>::try_from(stored).unwrap();
    assert_eq!(
        (stored.id, stored.event_id, stored.conversation_id),
        (row.id, row.event_id, row.conversation_id)
    );
    assert_eq!((stored.recipient_id, stored.recipient_name.as_str()), (Some(owner.id), "Person 1"));
    assert_eq!((stored.recipient_role.as_str(), stored.phone.as_str()), ("owner", "+14155550001"));
    assert_eq!((stored.channel.as_str(), stored.kind, stored.facts.0), ("sms", NEW_CHAT, row.facts));
    assert_eq!((stored.state, stored.reason, stored.code), (DeliveryState::Ready, None, None));
    assert_eq!((stored.resend, stored.attempts), (None, 0));
    assert_eq!((stored.due_at, stored.next_at), (db.in_s(90), Some(db.in_s(90))));
    assert_eq!((stored.created_at, stored.updated_at), (db.now(), db.now()));
    assert_eq!(db.store.next_due_at(db.now(), false).await.unwrap(), Some(db.in_s(90)));
}

async fn what_was_not_to_be_sent_is_in_the_log_with_its_reason(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let event_id = EventId::mint(&db.clock);
    let told = delivery(&db, event_id, &owner, NEW_CHAT);
    let nobody = NewDelivery { recipient: None, suppressed: Some("no_recipients"), ..told.clone() };
    planned(&db, vec![nobody]).await;
    let [stored] =
        <[_; 1]>::try_from(db.store.deliveries(&DeliveryFilter::default(), 10).await.unwrap()).unwrap();
    assert_eq!((stored.state, stored.reason.as_deref()), (DeliveryState::Suppressed, Some("no_recipients")));
    assert_eq!((stored.recipient_id, stored.phone.as_str(), stored.next_at), (None, "", None));
    assert_eq!(db.store.next_due_at(db.now(), false).await.unwrap(), None);
    assert_eq!(db.store.notice_health(db.in_s(60)).await.unwrap().unsettled, 0);
}

async fn the_log_is_read_page_by_page(db: Db) {
    let owner = recipient(&db, Owner, 1);
    for _ in 0..5 {
        db.advance_s(1);
        planned_many(&db, &owner, NEW_CHAT, 1).await;
    }
    let page = async |filter: DeliveryFilter| db.store.deliveries(&filter, 2).await.unwrap();
    let mut seen = page(DeliveryFilter::default()).await;
    while let Some(last) = seen.last().filter(|_| seen.len() < 5) {
        let before = DeliveryFilter { before: Some(last.id), ..Default::default() };
        let next = page(before).await;
        assert!(!next.is_empty());
        seen.extend(next);
    }
    assert!(seen.is_sorted_by(|newer, older| newer.id > older.id), "newest first");
    let about = DeliveryFilter { conversation_id: seen[3].conversation_id, ..Default::default() };
    assert_eq!(page(about).await, seen[3..4]);
    let failed = DeliveryFilter { state: Some(DeliveryState::Failed), ..Default::default() };
    assert_eq!(page(failed).await, []);
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().unsettled, 5);
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().oldest_due_at, Some(seen[4].due_at));
}
