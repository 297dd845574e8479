//! Links in text messages: each opens its chat once, for a while, unless it was withdrawn.

use deskbell_domain::recipient::RecipientRole::Owner;
use deskbell_domain::token::TokenHash;
use deskbell_store::ClaimedAttempt;
use deskbell_store::model::link::LinkUse;
use futures_util::future::join_all;

use crate::claims::{Ask, in_flight, link_hash};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, any_hash, planned_many, recipient};

on_both_databases![
    of_many_who_use_a_link_one_gets_in,
    a_link_that_is_too_old_opens_nothing,
    a_link_that_was_withdrawn_opens_nothing,
    a_link_that_nobody_made_opens_nothing,
];

fn token(attempt: &ClaimedAttempt) -> TokenHash {
    TokenHash::from_bytes(link_hash(&attempt.delivery))
}

async fn of_many_who_use_a_link_one_gets_in(db: Db) {
    let attempt = in_flight(&db).await;
    let token = token(&attempt);
    let before = db.store.peek_link(token).await.unwrap().unwrap();
    assert_eq!((before.spent_at, before.revoked_at), (None, None));
    let other = db.opened_again();
    let spend = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        store.spend_link(token, db.now()).await.unwrap()
    };
    let mut uses = join_all((0..12).map(spend)).await;
    uses.retain(|used| *used != LinkUse::AlreadySpent);
    let [LinkUse::Spent(link)] = uses.as_slice() else { panic!("one gets in: {uses:?}") };
    assert_eq!((link.attempt_id, link.spent_at), (attempt.attempt_id, Some(db.now())));
    assert_eq!(db.store.peek_link(token).await.unwrap().as_ref(), Some(link));
}

async fn a_link_that_is_too_old_opens_nothing(db: Db) {
    let token = token(&in_flight(&db).await);
    db.advance_s(3_600);
    assert_eq!(db.store.spend_link(token, db.now()).await.unwrap(), LinkUse::Expired);
    assert_eq!(db.store.peek_link(token).await.unwrap().unwrap().spent_at, None);
}

async fn a_link_that_was_withdrawn_opens_nothing(db: Db) {
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 2).await;
    let attempts = Ask::default().of(&db, &db.store).await.attempts;
    let (withdrawn, other) = (&attempts[0], &attempts[1]);
    let chat = withdrawn.delivery.conversation_id.unwrap();
    assert_eq!(db.store.revoke_links(chat, db.now()).await.unwrap(), 1);
    assert_eq!(db.store.revoke_links(chat, db.now()).await.unwrap(), 0);
    assert_eq!(db.store.spend_link(token(withdrawn), db.now()).await.unwrap(), LinkUse::Revoked);
    assert!(matches!(db.store.spend_link(token(other), db.now()).await.unwrap(), LinkUse::Spent(_)));
}

async fn a_link_that_nobody_made_opens_nothing(db: Db) {
    in_flight(&db).await;
    assert_eq!(db.store.spend_link(any_hash(), db.now()).await.unwrap(), LinkUse::Unknown);
    assert_eq!(db.store.peek_link(any_hash()).await.unwrap(), None);
}
