//! Requests that are dropped half-way, as when a client hangs up: nothing half-written, and everybody else goes on.

use std::time::Duration;

use deskbell_domain::recipient::RecipientRole::Owner;
use deskbell_domain::settings::NotificationSettings;
use deskbell_store::model::conversation::Replied;
use futures_util::poll;

use crate::claims::{Ask, SENDER};
use crate::cut::cut_after;
use crate::db::Db;
use crate::drafts::{NEW_CHAT, append, created, planned_many, recipient, reply, start, started};

on_both_databases![
    in one thread:
    a_reply_that_is_dropped_is_stored_whole_or_not_at_all,
    a_first_message_that_is_dropped_is_stored_whole_or_not_at_all,
    a_claim_that_is_dropped_is_made_whole_or_not_at_all,
    a_read_that_is_dropped_leaves_the_readers_usable,
    a_request_that_is_dropped_while_it_waits_harms_nobody,
];

/// Longer than any transaction here takes.
const MOST_POLLS: usize = 200;

async fn a_reply_that_is_dropped_is_stored_whole_or_not_at_all(db: Db) {
    let chat = started(&db, "Hello").await;
    let mut finished = false;
    for polls in 1..MOST_POLLS {
        let answer = reply(&db, &chat, None, &format!("dropped after {polls} polls"));
        finished = cut_after(polls, db.store.reply(&answer)).await.is_some();
        // The same again, as the agent's client would: it goes on at once, and finds all of the first one or nothing.
        let replied = db.store.reply(&answer).await.unwrap();
        assert!(matches!(replied, Replied::Created(_) | Replied::Repeated(_)), "{replied:?}");
        created(db.store.append_message(append(&db, &chat, "question")).await);
        if finished {
            break;
        }
    }
    assert!(finished, "a reply takes more than {MOST_POLLS} polls");
    let stored = db.store.messages(chat.conversation_id, 0, u16::MAX).await.unwrap().messages;
    let numbers: Vec<i64> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=i64::try_from(stored.len()).unwrap()).collect::<Vec<_>>());
}

async fn a_first_message_that_is_dropped_is_stored_whole_or_not_at_all(db: Db) {
    let mut finished = false;
    let mut count = 0;
    while !finished {
        count += 1;
        assert!(count < MOST_POLLS);
        let command = start(&db, "Hello");
        finished = cut_after(count, db.store.start_conversation(command.clone())).await.is_some();
        db.store.start_conversation(command).await.unwrap();
    }
    let count = i64::try_from(count).unwrap();
    for table in ["conversations", "messages", "outbox"] {
        assert_eq!(db.count(table).await, count, "{table}");
    }
}

async fn a_claim_that_is_dropped_is_made_whole_or_not_at_all(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let mut finished = false;
    for polls in 1..MOST_POLLS {
        planned_many(&db, &owner, NEW_CHAT, 1).await;
        finished = cut_after(polls, Ask::default().of(&db, &db.store)).await.is_some();
        if finished {
            break;
        }
    }
    assert!(finished, "a claim takes more than {MOST_POLLS} polls");
    Ask::default().of(&db, &db.store).await;
    let spent = i64::from(db.store.budget(SENDER).await.unwrap().segments);
    assert_eq!(db.count("attempts").await, spent);
    assert_eq!(db.count("links").await, spent);
    assert_eq!(db.count("deliveries WHERE state = 'sending' AND attempts = 1").await, spent);
    assert_eq!(db.count("deliveries").await, spent);
}

async fn a_read_that_is_dropped_leaves_the_readers_usable(db: Db) {
    db.store.save_settings(&NotificationSettings::default(), 0, db.now()).await.unwrap();
    for round in 0..30 {
        cut_after(round % 4 + 1, db.store.settings()).await;
        assert_eq!(db.store.settings().await.unwrap().version, 1);
    }
}

async fn a_request_that_is_dropped_while_it_waits_harms_nobody(db: Db) {
    let chat = started(&db, "Hello").await;
    let lock = db.lock_for_writing().await;
    let answer = reply(&db, &chat, None, "dropped");
    let waiting = tokio::time::timeout(Duration::from_millis(200), db.store.reply(&answer));
    assert!(waiting.await.is_err(), "it waits for the lock");
    // Reading goes on, and so does writing as soon as it can.
    assert_eq!(db.store.messages(chat.conversation_id, 0, 10).await.unwrap().messages.len(), 1);
    let next = reply(&db, &chat, None, "next");
    let mut next = Box::pin(db.store.reply(&next));
    assert!(poll!(&mut next).is_pending());
    drop(lock);
    assert!(matches!(next.await.unwrap(), Replied::Created(_)));
    let stored = db.store.messages(chat.conversation_id, 0, 10).await.unwrap().messages;
    assert_eq!(stored.into_iter().map(|message| message.body).collect::<Vec<_>>(), ["Hello", "next"]);
}
