//! Visitors' messages: stored once, numbered without gaps, with exactly the events they raise.

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ClientMessageId, ConversationId};
use deskbell_store::model::conversation::ConversationChange;
use deskbell_store::{AppendMessage, IngestError, StartConversation, Visitor};

use crate::db::Db;
use crate::drafts::{
    any_hash, append, append_again, created, repeated, reply, start, start_again, started, urgent_append,
};

on_both_databases![
    a_first_message_makes_a_conversation_that_waits,
    a_repeated_start_is_the_same_conversation,
    a_start_with_another_token_or_text_is_a_conflict,
    a_repeated_message_is_the_same_message,
    a_client_id_is_used_for_one_text_only,
    nobody_writes_with_another_token,
    urgency_is_raised_once_until_somebody_answers,
    a_message_opens_a_closed_conversation,
    the_bytes_of_a_text_survive,
    a_clock_that_goes_back_does_not_turn_the_list_around,
];

async fn a_first_message_makes_a_conversation_that_waits(db: Db) {
    let command = StartConversation {
        visitor: Visitor {
            name: Some("Zoë".to_owned()),
            email: Some("zoe@example.com".to_owned()),
            phone: Some("0151 23".to_owned()),
            page_url: Some("https://example.com/a?b=c".to_owned()),
            locale: Some("de-CH".to_owned()),
        },
        ..start(&db, "Hello")
    };
    let message = created(db.store.start_conversation(command.clone()).await);
    assert_eq!((message.seq, message.author, message.author_id), (1, Author::Visitor, None));
    assert_eq!((message.id, message.created_at), (command.message_id, db.now()));

    let stored = db.store.conversation(command.conversation_id).await.unwrap().unwrap();
    assert_eq!(stored.status, ConversationStatus::Waiting);
    assert_eq!((stored.last_seq, stored.waiting_since), (1, Some(db.now())));
    assert_eq!(stored.name.as_deref(), Some("Zoë"));
    assert_eq!(stored.email.as_deref(), Some("zoe@example.com"));
    assert_eq!(stored.phone.as_deref(), Some("0151 23"));
    assert_eq!(stored.page_url.as_deref(), Some("https://example.com/a?b=c"));
    assert_eq!(stored.locale.as_deref(), Some("de-CH"));
    assert_eq!((stored.created_at, stored.last_message_at), (db.now(), db.now()));
    assert_eq!((stored.assignee_id, stored.first_reply_at, stored.closed_at), (None, None, None));
    assert_eq!(stored.urgent_since, None);

    let page = db.store.messages(command.conversation_id, 0, 10).await.unwrap();
    assert_eq!((page.messages, page.has_more), (vec![message], false));
    assert_eq!(db.count("outbox WHERE name = 'new_chat'").await, 1);
}

async fn a_repeated_start_is_the_same_conversation(db: Db) {
    let command = start(&db, "Hello");
    let first = created(db.store.start_conversation(command.clone()).await);
    db.advance_s(5);
    assert_eq!(repeated(db.store.start_conversation(start_again(&db.clock, &command)).await), first);
    // Even when the conversation has gone on since.
    created(db.store.append_message(append(&db, &command, "more")).await);
    assert_eq!(repeated(db.store.start_conversation(start_again(&db.clock, &command)).await), first);
    assert_eq!((db.count("conversations").await, db.count("messages").await), (1, 2));
    assert_eq!(db.count("outbox").await, 1, "a repetition raises nothing");
}

async fn a_start_with_another_token_or_text_is_a_conflict(db: Db) {
    let command = started(&db, "Hello").await;
    let stranger = StartConversation { token_hash: any_hash(), ..start_again(&db.clock, &command) };
    assert_eq!(db.store.start_conversation(stranger).await, Err(IngestError::Conflict));
    let rewritten = StartConversation { body: "Goodbye".to_owned(), ..start_again(&db.clock, &command) };
    assert_eq!(db.store.start_conversation(rewritten).await, Err(IngestError::Conflict));
    assert_eq!((db.count("conversations").await, db.count("messages").await), (1, 1));
    assert_eq!(db.count("outbox").await, 1);
}

async fn a_repeated_message_is_the_same_message(db: Db) {
    let chat = started(&db, "Hello").await;
    let command = urgent_append(&db, &chat, "Help");
    let first = created(db.store.append_message(command.clone()).await);
    assert_eq!(first.seq, 2);
    db.advance_s(5);
    assert_eq!(repeated(db.store.append_message(append_again(&db, &command)).await), first);
    // The first message, sent once more as if it were a further one, is itself too.
    let as_further =
        AppendMessage { client_message_id: chat.client_message_id, ..append(&db, &chat, "Hello") };
    assert_eq!(repeated(db.store.append_message(as_further).await).seq, 1);
    assert_eq!(created(db.store.append_message(append(&db, &chat, "third")).await).seq, 3);
    assert_eq!(db.count("outbox").await, 2, "one for the chat, one for its urgency");
}

async fn a_client_id_is_used_for_one_text_only(db: Db) {
    let chat = started(&db, "Hello").await;
    let command = append(&db, &chat, "Help");
    created(db.store.append_message(command.clone()).await);
    let rewritten = AppendMessage { body: "help".to_owned(), ..append_again(&db, &command) };
    assert_eq!(db.store.append_message(rewritten).await, Err(IngestError::Conflict));

    // Nor does a visitor take an id that an agent has used, or the other way around.
    let answer = reply(&db, &chat, None, "Help");
    db.store.reply(&answer).await.unwrap();
    let taken = AppendMessage { client_message_id: answer.client_message_id, ..append(&db, &chat, "Help") };
    assert_eq!(db.store.append_message(taken).await, Err(IngestError::Conflict));
    assert_eq!(created(db.store.append_message(append(&db, &chat, "next")).await).seq, 4);
}

async fn nobody_writes_with_another_token(db: Db) {
    let (chat, other) = (started(&db, "Hello").await, started(&db, "Hi").await);
    let stranger = AppendMessage { token_hash: other.token_hash, ..append(&db, &chat, "psst") };
    assert_eq!(db.store.append_message(stranger).await, Err(IngestError::NotFound));
    let nowhere =
        AppendMessage { conversation_id: ConversationId::mint(&db.clock), ..append(&db, &chat, "psst") };
    assert_eq!(db.store.append_message(nowhere).await, Err(IngestError::NotFound));
    assert_eq!(db.count("messages").await, 2);

    assert!(db.store.visitor_may_read(chat.conversation_id, chat.token_hash).await.unwrap());
    assert!(!db.store.visitor_may_read(chat.conversation_id, other.token_hash).await.unwrap());
    let unknown = ConversationId::mint(&db.clock);
    assert!(!db.store.visitor_may_read(unknown, chat.token_hash).await.unwrap());
}

async fn urgency_is_raised_once_until_somebody_answers(db: Db) {
    let raised = async || db.count("outbox WHERE name = 'urgent_chat'").await;
    let chat = started(&db, "Hello").await;
    for body in ["Urgent!", "Urgent!!", "Urgent!!!"] {
        created(db.store.append_message(urgent_append(&db, &chat, body)).await);
    }
    assert_eq!(raised().await, 1);
    let stored = db.store.conversation(chat.conversation_id).await.unwrap().unwrap();
    assert_eq!(stored.urgent_since, Some(db.now()));

    db.store.reply(&reply(&db, &chat, None, "Coming")).await.unwrap();
    created(db.store.append_message(urgent_append(&db, &chat, "Urgent again")).await);
    assert_eq!(raised().await, 2);

    let urgent_from_the_start = StartConversation { urgent: true, ..start(&db, "Fire") };
    created(db.store.start_conversation(urgent_from_the_start.clone()).await);
    created(db.store.append_message(urgent_append(&db, &urgent_from_the_start, "Fire!")).await);
    assert_eq!(raised().await, 2, "its first message has raised it");
}

async fn a_message_opens_a_closed_conversation(db: Db) {
    let chat = started(&db, "Hello").await;
    let close = ConversationChange::Close;
    db.store.change_conversation(chat.conversation_id, close, db.now()).await.unwrap();
    db.advance_s(60);
    let due = db.in_s(300);
    let message = AppendMessage { unassigned_due_at: Some(due), ..append(&db, &chat, "One more thing") };
    assert_eq!(created(db.store.append_message(message).await).seq, 2);

    let stored = db.store.conversation(chat.conversation_id).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.closed_at), (ConversationStatus::Waiting, None));
    assert_eq!((stored.waiting_since, stored.last_message_at), (Some(db.now()), db.now()));
    assert_eq!(db.count("conversations WHERE unassigned_due_at IS NOT NULL").await, 1);
}

async fn the_bytes_of_a_text_survive(db: Db) {
    let chat = started(&db, "Hello").await;
    let bodies = [
        "👩‍👩‍👧‍👦 family, é and e\u{301}, \u{202e}turned\u{202c}, \u{feff}".to_owned(),
        "𝄞".repeat(4_000),
        "'; DROP TABLE messages; -- \"quoted\" \\ back \\' $1 ? {\"a\":1} %s".to_owned(),
        "tab\tnew\r\nline \u{1}\u{7f}\u{85}".to_owned(),
        " \u{a0}NULL".to_owned(),
    ];
    for body in &bodies {
        created(db.store.append_message(append(&db, &chat, body)).await);
    }
    let stored = db.store.messages(chat.conversation_id, 1, 50).await.unwrap().messages;
    assert_eq!(stored.into_iter().map(|message| message.body).collect::<Vec<_>>(), bodies);
}

async fn a_clock_that_goes_back_does_not_turn_the_list_around(db: Db) {
    let chat = started(&db, "Hello").await;
    let latest = db.in_s(60);
    let message = AppendMessage { now: latest, ..append(&db, &chat, "from a server that is ahead") };
    created(db.store.append_message(message).await);
    let late =
        AppendMessage { client_message_id: ClientMessageId::mint(&db.clock), ..append(&db, &chat, "behind") };
    created(db.store.append_message(late).await);
    let stored = db.store.conversation(chat.conversation_id).await.unwrap().unwrap();
    assert_eq!(stored.last_message_at, latest);
    db.store.reply(&reply(&db, &chat, None, "an answer from a server that is behind")).await.unwrap();
    let stored = db.store.conversation(chat.conversation_id).await.unwrap().unwrap();
    assert_eq!(stored.last_message_at, latest);
}
