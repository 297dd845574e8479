//! Forgetting: what is old goes with all that belongs to it, and nothing that is in use.

use std::time::Duration;

use deskbell_domain::recipient::RecipientRole::Owner;
use deskbell_store::model::delivery::NewDelivery;
use deskbell_testkit::wait_until;

use crate::claims::{SENDER, claimed};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, append, created, delivery, event, planned, planned_many, recipient, started};
use crate::transitions::accepted;

on_both_databases![
    an_old_conversation_goes_with_all_that_belongs_to_it,
    a_conversation_that_goes_on_meanwhile_stays,
    an_unsettled_delivery_stays,
];

async fn an_old_conversation_goes_with_all_that_belongs_to_it(db: Db) {
    let old = started(&db, "Hello").await;
    let about = NewDelivery {
        conversation_id: Some(old.conversation_id),
        ..delivery(&db, event(&db, "new_chat").id, &recipient(&db, Owner, 1), NEW_CHAT)
    };
    planned(&db, vec![about]).await;
    assert_eq!(claimed(&db).await.len(), 1);
    db.advance_s(10);
    let recent = started(&db, "Hello").await;
    assert_eq!(db.store.forget_conversations(db.now()).await.unwrap(), 1);
    assert!(db.store.conversation(recent.conversation_id).await.unwrap().is_some());
    assert_eq!((db.count("conversations").await, db.count("messages").await), (1, 1));
    for table in ["deliveries", "attempts", "links"] {
        assert_eq!(db.count(table).await, 0, "{table}");
    }
}

/// A message is on its way in while the conversation is about to be forgotten: it was acknowledged, so it stays.
async fn a_conversation_that_goes_on_meanwhile_stays(db: Db) {
    let chat = started(&db, "Hello").await;
    db.advance_s(10);
    let lock = db.lock_for_writing().await;
    let (store, before) = (db.store.clone(), db.now());
    let forgetting = tokio::spawn(async move { store.forget_conversations(before).await });
    if db.is_postgres() {
        let blocked = "pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database \
                       WHERE datname = current_database())";
        wait_until("it waits", Duration::from_secs(20), async || db.count(blocked).await > 0).await;
    }
    let later =
        if db.is_postgres() { "last_message_at + interval '1 hour'" } else { "last_message_at + 3600000000" };
    lock.finish(&format!("UPDATE conversations SET last_message_at = {later}")).await;
    assert_eq!(forgetting.await.unwrap().unwrap(), 0);
    created(db.store.append_message(append(&db, &chat, "still here")).await);
}

async fn an_unsettled_delivery_stays(db: Db) {
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 2).await;
    let attempts = claimed(&db).await;
    db.store.apply(SENDER, &[accepted(&db, attempts[0].attempt_id)]).await.unwrap();
    assert_eq!(db.store.forget_deliveries(db.in_s(1)).await.unwrap(), 1);
    assert!(db.store.attempt(attempts[0].attempt_id).await.unwrap().is_none());
    assert!(db.store.attempt(attempts[1].attempt_id).await.unwrap().is_some());
}
