//! Conversations as the company sees and changes them.

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ConversationId, UserId};
use deskbell_store::StartConversation;
use deskbell_store::model::conversation::{Changed, Conversation, ConversationChange, NewReply, Replied};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::{append, created, reply, start, started};

on_both_databases![
    an_answer_opens_the_conversation_and_ends_the_wait,
    a_repeated_answer_is_the_same_answer,
    an_answer_with_a_used_id_is_a_conflict,
    an_answer_to_nothing_is_not_found,
    visitors_and_agents_share_one_numbering,
    of_many_who_claim_a_conversation_one_has_it,
    a_conversation_can_be_given_to_somebody_and_to_nobody,
    a_conversation_is_closed_and_reopened,
    messages_are_read_page_by_page,
];

async fn conversation(db: &Db, chat: &StartConversation) -> Conversation {
    db.store.conversation(chat.conversation_id).await.unwrap().expect("it is there")
}

async fn change(db: &Db, chat: &StartConversation, change: ConversationChange) -> Changed {
    db.store.change_conversation(chat.conversation_id, change, db.now()).await.unwrap()
}

#[track_caller]
fn done(changed: Changed) -> Conversation {
    match changed {
        Changed::Done(conversation) => *conversation,
        other => panic!("expected it to be done, got {other:?}"),
    }
}

async fn an_answer_opens_the_conversation_and_ends_the_wait(db: Db) {
    let urgent =
        StartConversation { urgent: true, unassigned_due_at: Some(db.in_s(60)), ..start(&db, "Fire") };
    created(db.store.start_conversation(urgent.clone()).await);
    db.advance_s(10);
    let agent = Some(UserId::mint(&db.clock));
    let answer = reply(&db, &urgent, agent, "On our way 🚒");
    let Replied::Created(message) = db.store.reply(&answer).await.unwrap() else { panic!("it is new") };
    assert_eq!((message.seq, message.author, message.author_id), (2, Author::Agent, agent));
    assert_eq!((message.body.as_str(), message.created_at), ("On our way 🚒", db.now()));

    let first_reply_at = db.now();
    let stored = conversation(&db, &urgent).await;
    assert_eq!((stored.status, stored.last_seq), (ConversationStatus::Open, 2));
    assert_eq!((stored.waiting_since, stored.urgent_since), (None, None));
    assert_eq!((stored.first_reply_at, stored.last_message_at), (Some(first_reply_at), first_reply_at));
    assert_eq!(db.count("conversations WHERE unassigned_due_at IS NOT NULL").await, 0);

    db.advance_s(10);
    db.store.reply(&reply(&db, &urgent, agent, "Nearly there")).await.unwrap();
    assert_eq!(conversation(&db, &urgent).await.first_reply_at, Some(first_reply_at), "only the first");
}

async fn a_repeated_answer_is_the_same_answer(db: Db) {
    let chat = started(&db, "Hello").await;
    let answer = reply(&db, &chat, None, "Hi");
    let answers = join_all((0..10).map(|_| db.store.reply(&answer))).await;
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for replied in answers {
        match replied.unwrap() {
            Replied::Created(message) => new.push(message),
            Replied::Repeated(message) => known.push(message),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((new.len(), known.len()), (1, 9));
    assert!(known.iter().all(|message| *message == new[0]));
    assert_eq!(conversation(&db, &chat).await.last_seq, 2, "a repetition takes no number");
}

async fn an_answer_with_a_used_id_is_a_conflict(db: Db) {
    let chat = started(&db, "Hello").await;
    let answer = reply(&db, &chat, Some(UserId::mint(&db.clock)), "Hi");
    db.store.reply(&answer).await.unwrap();
    let rewritten = NewReply { body: "Bye".to_owned(), ..answer.clone() };
    assert_eq!(db.store.reply(&rewritten).await.unwrap(), Replied::Conflict);
    let of_another = NewReply { author_id: Some(UserId::mint(&db.clock)), ..answer.clone() };
    assert_eq!(db.store.reply(&of_another).await.unwrap(), Replied::Conflict);
    // Nor is a visitor's message taken for an answer written through a link, which has no author either.
    let of_the_visitor =
        NewReply { client_message_id: chat.client_message_id, ..reply(&db, &chat, None, "Hello") };
    assert_eq!(db.store.reply(&of_the_visitor).await.unwrap(), Replied::Conflict);
    let stored = conversation(&db, &chat).await;
    assert_eq!((stored.last_seq, db.count("messages").await), (2, 2));
}

async fn an_answer_to_nothing_is_not_found(db: Db) {
    let chat = start(&db, "never stored");
    assert_eq!(db.store.reply(&reply(&db, &chat, None, "Hi")).await.unwrap(), Replied::NotFound);
    let claim = ConversationChange::Claim(UserId::mint(&db.clock));
    assert_eq!(change(&db, &chat, claim).await, Changed::NotFound);
    assert_eq!(db.store.conversation(ConversationId::mint(&db.clock)).await.unwrap(), None);
}

async fn visitors_and_agents_share_one_numbering(db: Db) {
    let chat = started(&db, "Hello").await;
    let other = db.opened_again();
    let write = async |number: usize| {
        if number.is_multiple_of(2) {
            created(other.append_message(append(&db, &chat, "question")).await);
        } else {
            let replied = db.store.reply(&reply(&db, &chat, None, "answer")).await.unwrap();
            assert!(matches!(replied, Replied::Created(_)), "{replied:?}");
        }
    };
    join_all((0..40).map(write)).await;
    let stored = db.store.messages(chat.conversation_id, 0, 100).await.unwrap().messages;
    let numbers: Vec<i64> = stored.into_iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
}

async fn of_many_who_claim_a_conversation_one_has_it(db: Db) {
    let chat = started(&db, "Hello").await;
    let users: Vec<_> = (0..12).map(|_| UserId::mint(&db.clock)).collect();
    let claims = users.iter().map(|user| change(&db, &chat, ConversationChange::Claim(*user)));
    let answers = join_all(claims).await;
    let winner = conversation(&db, &chat).await.assignee_id.expect("somebody has it");
    for (user, answer) in users.iter().zip(answers) {
        match answer {
            Changed::Done(conversation) => {
                assert_eq!((winner, conversation.status), (*user, ConversationStatus::Open));
            }
            answer => assert_eq!((answer, *user == winner), (Changed::TakenBy(winner), false)),
        }
    }
    done(change(&db, &chat, ConversationChange::Claim(winner)).await);
}

async fn a_conversation_can_be_given_to_somebody_and_to_nobody(db: Db) {
    let chat = StartConversation { urgent: true, unassigned_due_at: Some(db.in_s(60)), ..start(&db, "Fire") };
    created(db.store.start_conversation(chat.clone()).await);
    let (ann, bob) = (UserId::mint(&db.clock), UserId::mint(&db.clock));
    done(change(&db, &chat, ConversationChange::Claim(ann)).await);
    let given = done(change(&db, &chat, ConversationChange::Assign(Some(bob))).await);
    assert_eq!((given.assignee_id, given.status), (Some(bob), ConversationStatus::Open));
    assert_eq!(given.urgent_since, None, "somebody looks after it");
    assert_eq!(given.waiting_since, Some(db.now()), "but nobody has answered yet");
    assert_eq!(db.count("conversations WHERE unassigned_due_at IS NOT NULL").await, 0);
    let free = done(change(&db, &chat, ConversationChange::Assign(None)).await);
    assert_eq!(free.assignee_id, None);
    done(change(&db, &chat, ConversationChange::Claim(ann)).await);
}

async fn a_conversation_is_closed_and_reopened(db: Db) {
    let chat = started(&db, "Hello").await;
    db.advance_s(5);
    let closed = done(change(&db, &chat, ConversationChange::Close).await);
    assert_eq!((closed.status, closed.closed_at), (ConversationStatus::Closed, Some(db.now())));
    assert_eq!(closed.waiting_since, None);
    let reopened = done(change(&db, &chat, ConversationChange::Reopen).await);
    assert_eq!((reopened.status, reopened.closed_at), (ConversationStatus::Waiting, None));

    done(change(&db, &chat, ConversationChange::Claim(UserId::mint(&db.clock))).await);
    let unchanged = done(change(&db, &chat, ConversationChange::Reopen).await);
    assert_eq!(unchanged.status, ConversationStatus::Open, "there is nothing to reopen");
    done(change(&db, &chat, ConversationChange::Close).await);
    let reopened = done(change(&db, &chat, ConversationChange::Reopen).await);
    assert_eq!(reopened.status, ConversationStatus::Open, "somebody still has it");
    done(change(&db, &chat, ConversationChange::Close).await);
    db.store.reply(&reply(&db, &chat, None, "One more thing")).await.unwrap();
    let reopened = conversation(&db, &chat).await;
    assert_eq!((reopened.status, reopened.closed_at), (ConversationStatus::Open, None));
}

async fn messages_are_read_page_by_page(db: Db) {
    let chat = started(&db, "1").await;
    for number in 2..=5 {
        created(db.store.append_message(append(&db, &chat, &number.to_string())).await);
    }
    started(&db, "of another").await;
    let page = async |after_seq, limit| {
        let page = db.store.messages(chat.conversation_id, after_seq, limit).await.unwrap();
        (page.messages.into_iter().map(|message| message.body).collect::<Vec<_>>().concat(), page.has_more)
    };
    assert_eq!(page(0, 2).await, ("12".to_owned(), true));
    assert_eq!(page(2, 3).await, ("345".to_owned(), false));
    assert_eq!(page(5, 3).await, (String::new(), false));
    assert_eq!(page(-1, u16::MAX).await, ("12345".to_owned(), false));
    let unknown = db.store.messages(ConversationId::mint(&db.clock), 0, 10).await.unwrap();
    assert!(unknown.messages.is_empty());
}
