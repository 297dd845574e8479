//! The list of conversations: pages without gap or repetition, and a search that takes text as text.

use deskbell_domain::ConversationId;
use deskbell_domain::conversation::ConversationStatus;
use deskbell_store::model::conversation::{ConversationChange, ConversationFilter};
use deskbell_store::{StartConversation, Visitor};

use crate::db::Db;
use crate::drafts::{append, created, start, started};

on_both_databases![
    pages_have_neither_gap_nor_repetition,
    a_list_can_be_of_one_status,
    the_latest_message_moves_a_conversation_up,
    a_search_takes_wildcards_as_text,
    a_search_does_not_care_for_capitals,
];

async fn found(db: &Db, filter: ConversationFilter) -> Vec<ConversationId> {
    let list = db.store.conversations(&filter, 50).await.unwrap();
    list.into_iter().map(|conversation| conversation.id).collect()
}

async fn pages_have_neither_gap_nor_repetition(db: Db) {
    let mut all = Vec::new();
    for number in 0..17 {
        all.push(started(&db, "Hello").await.conversation_id);
        if number % 5 == 0 {
            // The others have the same time.
            db.advance_s(1);
        }
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let filter = ConversationFilter { before, ..Default::default() };
        let page = db.store.conversations(&filter, 4).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some((last.last_message_at, last.id));
        seen.extend(page);
    }
    assert!(seen.is_sorted_by(|newer, older| {
        (newer.last_message_at, newer.id) > (older.last_message_at, older.id)
    }));
    let mut seen: Vec<_> = seen.into_iter().map(|conversation| conversation.id).collect();
    seen.sort();
    all.sort();
    assert_eq!(seen, all);
}

async fn a_list_can_be_of_one_status(db: Db) {
    let (waiting, closed) = (started(&db, "Hello").await, started(&db, "Hello").await);
    let close = ConversationChange::Close;
    db.store.change_conversation(closed.conversation_id, close, db.now()).await.unwrap();
    let of =
        async |status| found(&db, ConversationFilter { status: Some(status), ..Default::default() }).await;
    assert_eq!(of(ConversationStatus::Waiting).await, [waiting.conversation_id]);
    assert_eq!(of(ConversationStatus::Closed).await, [closed.conversation_id]);
    assert_eq!(of(ConversationStatus::Open).await, []);
}

async fn the_latest_message_moves_a_conversation_up(db: Db) {
    let first = started(&db, "Hello").await;
    db.advance_s(1);
    let second = started(&db, "Hello").await;
    let all = async || found(&db, ConversationFilter::default()).await;
    assert_eq!(all().await, [second.conversation_id, first.conversation_id]);
    db.advance_s(1);
    created(db.store.append_message(append(&db, &first, "more")).await);
    assert_eq!(all().await, [first.conversation_id, second.conversation_id]);
}

async fn visited_by(db: &Db, name: &str, email: &str) -> ConversationId {
    let visitor = Visitor {
        name: Some(name.to_owned()),
        email: Some(email.to_owned()),
        phone: Some("+49 151/23".to_owned()),
        ..Default::default()
    };
    let command = StartConversation { visitor, ..start(db, "Hello") };
    created(db.store.start_conversation(command.clone()).await).conversation_id
}

async fn search(db: &Db, text: &str) -> Vec<ConversationId> {
    found(db, ConversationFilter { text: Some(text.to_owned()), ..Default::default() }).await
}

async fn a_search_takes_wildcards_as_text(db: Db) {
    let percent = visited_by(&db, "100% cotton", "a@example.com").await;
    let underscore = visited_by(&db, "first_last", "b@example.com").await;
    let backslash = visited_by(&db, r"back\slash", "c@example.com").await;
    let quote = visited_by(&db, "O'Neill", "d@example.com").await;
    started(&db, "of somebody without a name").await;
    assert_eq!(search(&db, "%").await, [percent]);
    assert_eq!(search(&db, "_").await, [underscore]);
    assert_eq!(search(&db, r"\").await, [backslash]);
    assert_eq!(search(&db, "'").await, [quote]);
    assert_eq!(search(&db, "0%_").await, []);
    assert_eq!(search(&db, "b@example.com").await, [underscore]);
    assert_eq!(search(&db, "151/23").await.len(), 4);
}

async fn a_search_does_not_care_for_capitals(db: Db) {
    let zoe = visited_by(&db, "Zoë Smith", "Zoe.Smith@example.com").await;
    for text in ["smith", "SMITH", "zOE.sMITH", "Zoë"] {
        assert_eq!(search(&db, text).await, [zoe], "{text}");
    }
}
