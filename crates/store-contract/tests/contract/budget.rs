//! The sender's budget under concurrency: rate, daily cap, and the reserve for urgent notices.

use std::time::Duration;

use deskbell_domain::delivery::DeliveryState;
use deskbell_domain::recipient::RecipientRole::Owner;
use deskbell_domain::settings::NotificationSettings;
use deskbell_store::Claim;
use deskbell_store::model::delivery::DeliveryFilter;
use futures_util::future::join_all;

use crate::claims::{Ask, SENDER};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, URGENT_CHAT, planned_many, recipient};

on_both_databases![
    of_a_hundred_claimers_one_gets_the_last_segment,
    a_sender_has_one_message_at_a_time,
    the_cap_suppresses_and_leaves_the_last_tenth_to_urgent_notices,
    a_new_day_has_a_new_cap,
    an_untouched_budget_is_unused,
];

async fn with_cap(db: &Db, daily_cap_segments: u32) {
    let settings = NotificationSettings { daily_cap_segments, ..Default::default() };
    db.store.save_settings(&settings, 0, db.now()).await.unwrap().expect("nobody has saved before");
}

async fn of_a_hundred_claimers_one_gets_the_last_segment(db: Db) {
    with_cap(&db, 20).await;
    let owner = recipient(&db, Owner, 1);
    planned_many(&db, &owner, NEW_CHAT, 1).await;
    let most = Ask { segments: 17, ..Ask::default() }.of(&db, &db.store).await;
    assert_eq!(most.attempts.len(), 1);
    planned_many(&db, &owner, NEW_CHAT, 100).await;

    let other = db.opened_again();
    let store = |number: usize| if number.is_multiple_of(2) { &db.store } else { &other };
    // Every connection is open before, so that they all begin at once.
    join_all((0..100).map(|number| store(number).ping())).await;
    let claim = async |number: usize| Ask { limit: 1, ..Ask::default() }.of(&db, store(number)).await;
    let claims: Vec<Claim> = join_all((0..100).map(claim)).await;
    assert_eq!(claims.iter().map(|claim| claim.attempts.len()).sum::<usize>(), 1);
    assert_eq!(claims.iter().map(|claim| claim.given_up).sum::<usize>(), 99);
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 18);
}

async fn a_sender_has_one_message_at_a_time(db: Db) {
    let second = Duration::from_secs(1);
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 20).await;
    let ask = Ask { segments: 2, segment_time: second, ..Ask::default() };
    let claims = join_all((0..10).map(|_| ask.of(&db, &db.store))).await;
    assert_eq!(claims.iter().map(|claim| claim.attempts.len()).sum::<usize>(), 1);
    for claim in &claims {
        assert_eq!((claim.wait_until, claim.given_up), (Some(db.in_s(2)), 0));
    }
    db.advance_s(1);
    assert_eq!(ask.of(&db, &db.store).await.attempts.len(), 0);
    db.advance_s(1);
    assert_eq!(ask.of(&db, &db.store).await.attempts.len(), 1);
    assert_eq!(db.count("deliveries WHERE state = 'ready' AND attempts = 0").await, 18, "the rest waits");
}

async fn the_cap_suppresses_and_leaves_the_last_tenth_to_urgent_notices(db: Db) {
    with_cap(&db, 20).await;
    let owner = recipient(&db, Owner, 1);
    planned_many(&db, &owner, NEW_CHAT, 19).await;
    let claim = Ask::default().of(&db, &db.store).await;
    assert_eq!((claim.attempts.len(), claim.given_up, claim.wait_until), (18, 1, None));
    let suppressed = DeliveryFilter { state: Some(DeliveryState::Suppressed), ..Default::default() };
    let [delivery] = <[_; 1]>::try_from(db.store.deliveries(&suppressed, 10).await.unwrap()).unwrap();
    assert_eq!((delivery.reason.as_deref(), delivery.next_at), (Some("daily_cap"), None));

    planned_many(&db, &owner, URGENT_CHAT, 3).await;
    let claim = Ask::default().of(&db, &db.store).await;
    assert_eq!((claim.attempts.len(), claim.given_up), (2, 1));
}

async fn a_new_day_has_a_new_cap(db: Db) {
    with_cap(&db, 1).await;
    let owner = recipient(&db, Owner, 1);
    planned_many(&db, &owner, URGENT_CHAT, 2).await;
    let claim = Ask::default().of(&db, &db.store).await;
    assert_eq!((claim.attempts.len(), claim.given_up), (1, 1));
    db.advance_s(86_400);
    planned_many(&db, &owner, URGENT_CHAT, 1).await;
    assert_eq!(Ask::default().of(&db, &db.store).await.attempts.len(), 1);
}

async fn an_untouched_budget_is_unused(db: Db) {
    let unused = deskbell_domain::budget::SenderBudget::unused();
    let budgets = join_all((0..8).map(|_| db.store.budget(SENDER))).await;
    assert!(budgets.into_iter().all(|budget| budget.unwrap() == unused));
}
