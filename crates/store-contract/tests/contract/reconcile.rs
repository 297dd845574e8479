//! Attempts whose fate is not known: found again, looked up by one at a time.

use std::time::Duration;

use deskbell_domain::delivery::{
    DeliveryPolicy, DeliveryState, Lookup, Resend, SendOutcome, after_crash, after_lookup,
};
use deskbell_domain::recipient::RecipientRole::Owner;
use deskbell_store::{AttemptEnd, Change};
use futures_util::future::join_all;

use crate::claims::{SENDER, claimed, in_flight, stored};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, planned_many, recipient};
use crate::transitions::{accepted, answer, applied};

on_both_databases![
    an_attempt_whose_sender_died_is_found_when_its_lease_ends,
    an_ambiguous_delivery_is_looked_up_by_one_at_a_time,
    the_latest_attempt_is_looked_up,
];

async fn an_attempt_whose_sender_died_is_found_when_its_lease_ends(db: Db) {
    let attempt = in_flight(&db).await.attempt_id;
    assert_eq!(db.store.lost_attempts(db.in_s(29), 10).await.unwrap(), []);
    db.advance_s(30);
    assert_eq!(db.store.lost_attempts(db.now(), 10).await.unwrap(), [attempt]);
    let now = db.now();
    let crash = Change {
        attempt_id: attempt,
        end: AttemptEnd::default(),
        decide: Box::new(move |progress, _| after_crash(progress, now)),
        now,
    };
    assert_eq!(applied(&db, crash).await, DeliveryState::Ambiguous);
    assert_eq!(db.store.lost_attempts(db.in_s(999), 10).await.unwrap(), []);
}

async fn an_ambiguous_delivery_is_looked_up_by_one_at_a_time(db: Db) {
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 30).await;
    let attempts = claimed(&db).await;
    let unclear: Vec<_> =
        attempts.iter().map(|attempt| answer(&db, attempt.attempt_id, SendOutcome::Ambiguous)).collect();
    db.store.apply(SENDER, &unclear).await.unwrap();

    let other = db.opened_again();
    let take = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        store.take_ambiguous(db.now(), db.in_s(10), 7).await.unwrap()
    };
    let mut taken = Vec::new();
    for _ in 0..6 {
        taken.extend(join_all((0..4).map(take)).await.into_iter().flatten());
    }
    taken.sort_by_key(|(_, attempt)| attempt.id);
    let mut expected: Vec<_> = attempts.iter().map(|attempt| attempt.attempt_id).collect();
    expected.sort();
    assert_eq!(taken.iter().map(|(_, attempt)| attempt.id).collect::<Vec<_>>(), expected, "each once");
    for (delivery, attempt) in &taken {
        assert_eq!((delivery.state, delivery.id), (DeliveryState::Ambiguous, attempt.delivery_id));
    }

    assert_eq!(take(0).await, []);
    db.advance_s(10);
    assert_eq!(applied(&db, accepted(&db, expected[0])).await, DeliveryState::Accepted);
    let rest = db.store.take_ambiguous(db.now(), db.in_s(10), 100).await.unwrap();
    assert_eq!(rest.len(), 29, "what is found is settled, the others are due again");
}

async fn the_latest_attempt_is_looked_up(db: Db) {
    let first = in_flight(&db).await;
    db.advance_s(1);
    let change = answer(&db, first.attempt_id, SendOutcome::NotSent);
    assert_eq!(applied(&db, change).await, DeliveryState::Ready);
    db.advance_s(60);
    let [second] = <[_; 1]>::try_from(claimed(&db).await).unwrap();
    assert_eq!(db.store.lost_attempts(db.in_s(30), 10).await.unwrap(), [second.attempt_id]);
    let change = answer(&db, second.attempt_id, SendOutcome::Ambiguous);
    assert_eq!(applied(&db, change).await, DeliveryState::Ambiguous);
    let [(delivery, attempt)] =
        <[_; 1]>::try_from(db.store.take_ambiguous(db.now(), db.in_s(10), 10).await.unwrap()).unwrap();
    assert_eq!((attempt.id, attempt.number), (second.attempt_id, 2));
    assert_eq!(db.store.attempts_of(&[delivery]).await.unwrap().len(), 2);

    let now = db.now();
    let repeat = Change {
        attempt_id: second.attempt_id,
        end: AttemptEnd::default(),
        decide: Box::new(move |progress, _| {
            let policy = DeliveryPolicy { reconcile_window: Duration::ZERO, ..Default::default() };
            after_lookup(progress, Lookup::Missing, now, &policy, now)
        }),
        now,
    };
    assert_eq!(applied(&db, repeat).await, DeliveryState::Ready);
    assert_eq!(stored(&db, &second).await.resend, Some(Resend::PossibleDuplicate));
}
