//! Things to write into a store: plausible, each different from all others, to be changed by the test that needs to.

use std::sync::Arc;

use deskbell_domain::notice::{NoticeFacts, NoticeKind, NoticeType};
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::token::TokenHash;
use deskbell_domain::{
    ClientMessageId, Clock, ConversationId, DeliveryId, EventId, MessageId, RecipientId, UserId,
};
use deskbell_store::model::conversation::{Message, NewReply};
use deskbell_store::model::delivery::{DeliveryRecipient, NewDelivery};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::model::user::{User, UserRole};
use deskbell_store::{AppendMessage, IngestError, Ingested, Raise, StartConversation, Visitor};
use uuid::Uuid;

use crate::db::Db;

/// A hash that nothing else has.
pub fn any_hash() -> TokenHash {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let bytes: Vec<u8> = one.as_bytes().iter().chain(other.as_bytes()).copied().collect();
    TokenHash::from_bytes(bytes.try_into().expect("twice sixteen bytes"))
}

/// An event whose bytes tell its message's number.
pub fn raise(clock: &dyn Clock, name: &'static str) -> Raise {
    Raise {
        event_id: EventId::mint(clock),
        name,
        encode: Arc::new(|seq| format!("message {seq}").into_bytes()),
    }
}

pub fn start(db: &Db, body: &str) -> StartConversation {
    start_by(&db.clock, body)
}

pub fn start_by(clock: &dyn Clock, body: &str) -> StartConversation {
    StartConversation {
        conversation_id: ConversationId::mint(clock),
        message_id: MessageId::mint(clock),
        client_message_id: ClientMessageId::mint(clock),
        token_hash: any_hash(),
        body: body.to_owned(),
        visitor: Visitor::default(),
        now: clock.now(),
        unassigned_due_at: None,
        urgent: false,
        raise: raise(clock, "new_chat"),
    }
}

pub fn append(db: &Db, to: &StartConversation, body: &str) -> AppendMessage {
    AppendMessage {
        conversation_id: to.conversation_id,
        message_id: MessageId::mint(&db.clock),
        client_message_id: ClientMessageId::mint(&db.clock),
        token_hash: to.token_hash,
        body: body.to_owned(),
        now: db.now(),
        unassigned_due_at: None,
        raise_urgent: None,
    }
}

pub fn urgent_append(db: &Db, to: &StartConversation, body: &str) -> AppendMessage {
    AppendMessage { raise_urgent: Some(raise(&db.clock, "urgent_chat")), ..append(db, to, body) }
}

/// The same request again, as a client sends it that has seen no answer: the server gives it new ids.
pub fn start_again(clock: &dyn Clock, first: &StartConversation) -> StartConversation {
    StartConversation {
        conversation_id: ConversationId::mint(clock),
        message_id: MessageId::mint(clock),
        raise: raise(clock, "new_chat"),
        ..first.clone()
    }
}

pub fn append_again(db: &Db, first: &AppendMessage) -> AppendMessage {
    AppendMessage { message_id: MessageId::mint(&db.clock), ..first.clone() }
}

pub fn reply(db: &Db, to: &StartConversation, author_id: Option<UserId>, body: &str) -> NewReply {
    NewReply {
        conversation_id: to.conversation_id,
        id: MessageId::mint(&db.clock),
        client_message_id: ClientMessageId::mint(&db.clock),
        author_id,
        body: body.to_owned(),
        now: db.now(),
    }
}

/// Stores a conversation with one message.
pub async fn started(db: &Db, body: &str) -> StartConversation {
    let command = start(db, body);
    created(db.store.start_conversation(command.clone()).await);
    command
}

#[track_caller]
pub fn created(outcome: Result<Ingested, IngestError>) -> Message {
    match outcome {
        Ok(Ingested::Created(message)) => message,
        other => panic!("expected a new message, got {other:?}"),
    }
}

#[track_caller]
pub fn repeated(outcome: Result<Ingested, IngestError>) -> Message {
    match outcome {
        Ok(Ingested::Repeated(message)) => message,
        other => panic!("expected a repeated message, got {other:?}"),
    }
}

pub fn event(db: &Db, name: &str) -> OutboxEvent {
    OutboxEvent { id: EventId::mint(&db.clock), name: name.to_owned(), payload: vec![0, 1, 255] }
}

/// Someone with a number that ends in `number`.
pub fn recipient(db: &Db, role: RecipientRole, number: u32) -> Recipient {
    Recipient {
        id: RecipientId::mint(&db.clock),
        name: format!("Person {number}"),
        phone: PhoneNumber::from_e164_stored(&format!("+1415555{number:04}")).unwrap(),
        role,
        types: None,
        position: i32::try_from(number).unwrap(),
        verified_at: Some(db.now()),
        disabled_reason: None,
        created_at: db.now(),
    }
}

pub const NEW_CHAT: NoticeKind = NoticeKind::Chat(NoticeType::NewChat);
pub const URGENT_CHAT: NoticeKind = NoticeKind::Chat(NoticeType::UrgentChat);

/// A notice that is due now.
pub fn delivery(db: &Db, event_id: EventId, to: &Recipient, kind: NoticeKind) -> NewDelivery {
    NewDelivery {
        id: DeliveryId::mint(&db.clock),
        event_id,
        conversation_id: Some(ConversationId::mint(&db.clock)),
        recipient: Some(DeliveryRecipient {
            id: to.id,
            name: to.name.clone(),
            role: to.role,
            phone: to.phone.as_e164().to_owned(),
        }),
        channel: "sms",
        kind,
        facts: NoticeFacts {
            business_name: "Bücher & Söhne".to_owned(),
            customer_name: Some("Ann \"Bee\"".to_owned()),
            preview: "Where is my order? 📦".to_owned(),
            waiting_s: 0,
        },
        suppressed: None,
        due_at: db.now(),
    }
}

/// Plans one event with the given deliveries and records it.
pub async fn planned(db: &Db, rows: Vec<NewDelivery>) {
    let event_id = rows.first().expect("something to plan").event_id;
    let recorded =
        db.store.record_events("notifier", &[event_id], db.now(), &|_, _, _| rows.clone()).await.unwrap();
    assert_eq!(recorded.len(), 1);
}

/// Plans `count` notices of one kind, each of an event of its own, to one person.
pub async fn planned_many(db: &Db, to: &Recipient, kind: NoticeKind, count: usize) {
    for _ in 0..count {
        let event_id = EventId::mint(&db.clock);
        planned(db, vec![delivery(db, event_id, to, kind)]).await;
    }
}

pub fn user(db: &Db, email: &str) -> User {
    User {
        id: UserId::mint(&db.clock),
        email: email.to_owned(),
        name: "Agent".to_owned(),
        role: UserRole::Agent,
        password_hash: "$argon2id$…".to_owned(),
        created_at: db.now(),
        disabled_at: None,
    }
}
