//! What open chat windows read and change.

use deskbell_domain::ConversationId;
use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_store::model::conversation::ConversationChange;
use deskbell_store::model::live::{FirstAnswer, LiveView};

use crate::db::Db;
use crate::drafts::{any_hash, append, created, reply, started, user};

on_both_databases![
    a_window_sees_how_its_conversation_stands,
    a_token_opens_its_own_conversation_only,
    many_conversations_are_looked_at_in_one_go,
    what_was_seen_only_grows_and_never_beyond_what_there_is,
    an_answer_shows_that_all_before_it_was_seen,
    the_latest_first_answers_come_first,
    the_epoch_is_this_databases_own,
];

async fn a_window_sees_how_its_conversation_stands(db: Db) {
    let chat = started(&db, "Hello").await;
    let id = chat.conversation_id;
    let expected = LiveView {
        id,
        last_seq: 1,
        status: ConversationStatus::Waiting,
        agent: None,
        seen_by_visitor: 0,
        seen_by_agent: 0,
    };
    assert_eq!(db.store.live_view(id, chat.token_hash).await.unwrap(), Some(expected.clone()));

    let agent = user(&db, "ann@example.com");
    assert!(db.store.add_user(&agent).await.unwrap());
    db.store.change_conversation(id, ConversationChange::Claim(agent.id), db.now()).await.unwrap();
    created(db.store.append_message(append(&db, &chat, "Are you there?")).await);
    let expected =
        LiveView { last_seq: 2, status: ConversationStatus::Open, agent: Some(agent.name), ..expected };
    assert_eq!(db.store.live_view(id, chat.token_hash).await.unwrap(), Some(expected));
}

async fn a_token_opens_its_own_conversation_only(db: Db) {
    let (chat, other) = (started(&db, "Hello").await, started(&db, "Hello").await);
    let id = chat.conversation_id;
    for hash in [other.token_hash, any_hash()] {
        assert_eq!(db.store.live_view(id, hash).await.unwrap(), None);
    }
    let nowhere = ConversationId::mint(&db.clock);
    assert_eq!(db.store.live_view(nowhere, chat.token_hash).await.unwrap(), None);
}

async fn many_conversations_are_looked_at_in_one_go(db: Db) {
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(started(&db, "Hello").await.conversation_id);
    }
    let mut asked = ids.clone();
    asked.extend((0..6_000).map(|_| ConversationId::mint(&db.clock)));
    let mut seen: Vec<ConversationId> =
        db.store.live_views(&asked).await.unwrap().into_iter().map(|view| view.id).collect();
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
    assert_eq!(db.store.live_views(&[]).await.unwrap(), []);
}

async fn what_was_seen_only_grows_and_never_beyond_what_there_is(db: Db) {
    let chat = started(&db, "One").await;
    created(db.store.append_message(append(&db, &chat, "Two")).await);
    let id = chat.conversation_id;
    for (by, seq, changes) in [
        (Author::Visitor, 0, false),
        (Author::Visitor, 3, false),
        (Author::Visitor, 2, true),
        (Author::Visitor, 1, false),
        (Author::Visitor, 2, false),
        (Author::Agent, 1, true),
    ] {
        assert_eq!(db.store.mark_seen(id, by, seq).await.unwrap(), changes, "{by} {seq}");
    }
    let view = db.store.live_view(id, chat.token_hash).await.unwrap().unwrap();
    assert_eq!((view.seen_by_visitor, view.seen_by_agent), (2, 1));
    assert!(!db.store.mark_seen(ConversationId::mint(&db.clock), Author::Agent, 1).await.unwrap());
}

async fn an_answer_shows_that_all_before_it_was_seen(db: Db) {
    let chat = started(&db, "One").await;
    created(db.store.append_message(append(&db, &chat, "Two")).await);
    db.store.reply(&reply(&db, &chat, None, "Three")).await.unwrap();
    let view = db.store.live_view(chat.conversation_id, chat.token_hash).await.unwrap().unwrap();
    assert_eq!((view.seen_by_visitor, view.seen_by_agent), (0, 3));
}

async fn the_latest_first_answers_come_first(db: Db) {
    let mut expected = Vec::new();
    for wait in [10, 20, 30] {
        let asked_at = db.now();
        let chat = started(&db, "Hello").await;
        db.advance_s(wait);
        db.store.reply(&reply(&db, &chat, None, "Hi")).await.unwrap();
        expected.insert(0, FirstAnswer { asked_at, answered_at: db.now() });
        db.advance_s(1);
        db.store.reply(&reply(&db, &chat, None, "Still here?")).await.unwrap();
    }
    started(&db, "Nobody answers this").await;
    let since = expected[1].answered_at;
    assert_eq!(db.store.first_answers(since, 10).await.unwrap(), expected[..2]);
    assert_eq!(db.store.first_answers(since, 1).await.unwrap(), expected[..1]);
}

async fn the_epoch_is_this_databases_own(db: Db) {
    let epoch = db.store.epoch().await.unwrap();
    assert!(epoch.len() >= 32, "{epoch}");
    assert_eq!(db.opened_again().epoch().await.unwrap(), epoch);
    let other = if db.is_postgres() { Db::postgres().await } else { Db::sqlite().await };
    assert_ne!(other.store.epoch().await.unwrap(), epoch);
}
