//! Messages that could not be handled: kept whole, out of the way, and sent through once more on request.

use deskbell_domain::{EventId, QuarantineId};
use deskbell_store::model::event::{OutboxEvent, Quarantined};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::event;

on_both_databases![
    a_message_set_aside_is_kept_whole,
    its_event_counts_as_recorded,
    of_two_who_replay_it_one_does,
    a_replayed_event_is_new_again,
];

fn broken(db: &Db, event_id: Option<EventId>) -> Quarantined {
    Quarantined {
        id: QuarantineId::mint(&db.clock),
        received_at: db.now(),
        event_id,
        name: "new_chat".to_owned(),
        reason: "unknown version 9".to_owned(),
        payload: vec![0, 159, 146, 150],
        replayed_at: None,
    }
}

async fn recorded(db: &Db, event_id: EventId) -> bool {
    db.store.record_events("notifier", &[event_id], db.now(), &|_, _, _| Vec::new()).await.unwrap().is_empty()
}

async fn a_message_set_aside_is_kept_whole(db: Db) {
    let first = broken(&db, None);
    db.store.quarantine("notifier", &first).await.unwrap();
    db.advance_s(1);
    let second = broken(&db, Some(EventId::mint(&db.clock)));
    db.store.quarantine("notifier", &second).await.unwrap();
    assert_eq!(db.store.quarantined(10).await.unwrap(), [second.clone(), first]);
    assert_eq!(db.store.quarantined(1).await.unwrap(), [second]);
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().quarantined, 2);
}

async fn its_event_counts_as_recorded(db: Db) {
    let event_id = EventId::mint(&db.clock);
    db.store.quarantine("notifier", &broken(&db, Some(event_id))).await.unwrap();
    assert!(recorded(&db, event_id).await, "so the outbox does not publish it for ever");
    // The broker may deliver it once more before it hears that it was taken.
    db.store.quarantine("notifier", &broken(&db, Some(event_id))).await.unwrap();
    assert_eq!(db.count("inbox").await, 1);
}

async fn of_two_who_replay_it_one_does(db: Db) {
    let message = broken(&db, None);
    db.store.quarantine("notifier", &message).await.unwrap();
    let replay = async |_| {
        let event = OutboxEvent { payload: message.payload.clone(), ..event(&db, "new_chat") };
        db.store.replay(&message, &event, db.now()).await.unwrap()
    };
    let replayed = join_all((0..8).map(replay)).await.into_iter().filter(|replayed| *replayed).count();
    assert_eq!(replayed, 1);
    assert_eq!(db.store.quarantined(10).await.unwrap(), []);
    let due = db.store.take_outbox(db.now(), db.in_s(30), 10).await.unwrap();
    assert_eq!(due.into_iter().map(|event| event.payload).collect::<Vec<_>>(), [message.payload]);
}

async fn a_replayed_event_is_new_again(db: Db) {
    let event = event(&db, "new_chat");
    db.store.write_event(&event, db.now(), db.now()).await.unwrap();
    db.store.mark_published(&[event.id], db.now()).await.unwrap();
    let message = broken(&db, Some(event.id));
    db.store.quarantine("notifier", &message).await.unwrap();
    assert!(db.store.replay(&message, &event, db.now()).await.unwrap());
    let due = db.store.take_outbox(db.now(), db.in_s(30), 10).await.unwrap();
    assert_eq!(due, std::slice::from_ref(&event));
    assert!(!recorded(&db, event.id).await);
    assert!(recorded(&db, event.id).await);
}
