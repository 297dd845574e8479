//! Conversations that nobody looks after: raised once each time they are due.

use deskbell_domain::UserId;
use deskbell_domain::conversation::Author;
use deskbell_store::model::conversation::{Conversation, ConversationChange, Message};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{AppendMessage, StartConversation, Store};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::{append, created, event, reply, start};

on_both_databases![
    a_conversation_is_raised_when_it_is_due,
    of_many_who_look_one_raises_it,
    nobody_need_be_told,
    an_answer_or_a_claim_ends_it,
    a_conversation_that_was_closed_begins_anew,
];

async fn waiting(db: &Db) -> StartConversation {
    let command = StartConversation { unassigned_due_at: Some(db.in_s(60)), ..start(db, "Hello?") };
    created(db.store.start_conversation(command.clone()).await);
    command
}

/// Raises what is due, to be looked at again in ten minutes; tells the events and how often each was raised before.
async fn raised(db: &Db, store: &Store) -> (Vec<OutboxEvent>, Vec<i32>) {
    let repeats = std::sync::Mutex::new(Vec::new());
    let plan = |_: &Conversation, last: &Message, repeat: i32| {
        assert_eq!(last.author, Author::Visitor);
        repeats.lock().unwrap().push(repeat);
        (Some(event(db, "unassigned_chat")), Some(db.in_s(600)))
    };
    let events = store.raise_unassigned(db.now(), db.in_s(30), 5, &plan).await.unwrap();
    (events, repeats.into_inner().unwrap())
}

async fn a_conversation_is_raised_when_it_is_due(db: Db) {
    let chat = waiting(&db).await;
    created(db.store.append_message(append(&db, &chat, "Anybody there?")).await);
    let look = async || raised(&db, &db.store).await;
    assert_eq!(look().await, (vec![], vec![]));
    db.advance_s(60);
    let (events, repeats) = look().await;
    assert_eq!((events.len(), repeats), (1, vec![0]));
    // It goes straight to whoever raised it, and to the sweeper only later.
    let free = db.store.take_outbox(db.now(), db.in_s(30), 10).await.unwrap();
    assert!(!free.contains(&events[0]));
    let in_the_outbox = db.store.take_outbox(db.in_s(30), db.in_s(60), 10).await.unwrap();
    assert!(in_the_outbox.contains(&events[0]));

    db.advance_s(599);
    assert_eq!(look().await, (vec![], vec![]));
    db.advance_s(1);
    let (events, repeats) = look().await;
    assert_eq!((events.len(), repeats), (1, vec![1]));
}

async fn of_many_who_look_one_raises_it(db: Db) {
    for _ in 0..12 {
        waiting(&db).await;
    }
    db.advance_s(60);
    let other = db.opened_again();
    let look = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        raised(&db, store).await.0.len()
    };
    let mut count = 0;
    for _ in 0..3 {
        count += join_all((0..6).map(look)).await.into_iter().sum::<usize>();
    }
    assert_eq!(count, 12);
    assert_eq!(db.count("outbox WHERE name = 'unassigned_chat'").await, 12);
    assert_eq!(db.count("conversations WHERE unassigned_repeat = 1").await, 12);
}

async fn nobody_need_be_told(db: Db) {
    waiting(&db).await;
    db.advance_s(60);
    let nobody = |_: &Conversation, _: &Message, _| (None, None);
    let events = db.store.raise_unassigned(db.now(), db.in_s(30), 10, &nobody).await.unwrap();
    assert_eq!(events, []);
    assert_eq!(db.count("conversations WHERE unassigned_due_at IS NOT NULL").await, 0);
    assert_eq!(raised(&db, &db.store).await.0, []);
}

async fn an_answer_or_a_claim_ends_it(db: Db) {
    let (answered, claimed, closed) = (waiting(&db).await, waiting(&db).await, waiting(&db).await);
    db.store.reply(&reply(&db, &answered, None, "Here")).await.unwrap();
    let claim = ConversationChange::Claim(UserId::mint(&db.clock));
    db.store.change_conversation(claimed.conversation_id, claim, db.now()).await.unwrap();
    let close = ConversationChange::Close;
    db.store.change_conversation(closed.conversation_id, close, db.now()).await.unwrap();
    db.advance_s(60);
    assert_eq!(raised(&db, &db.store).await.0, []);
}

async fn a_conversation_that_was_closed_begins_anew(db: Db) {
    let chat = waiting(&db).await;
    for _ in 0..3 {
        db.advance_s(600);
        raised(&db, &db.store).await;
    }
    let close = ConversationChange::Close;
    db.store.change_conversation(chat.conversation_id, close, db.now()).await.unwrap();
    let due = Some(db.in_s(60));
    let message = AppendMessage { unassigned_due_at: due, ..append(&db, &chat, "One more thing") };
    created(db.store.append_message(message).await);
    db.advance_s(60);
    assert_eq!(raised(&db, &db.store).await.1, [0], "with the first gap, not with the fourth");
}
