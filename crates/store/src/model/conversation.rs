//! Conversations and messages.

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ClientMessageId, ConversationId, MessageId, Timestamp, UserId};
use diesel::prelude::*;

use crate::schema::{conversations, messages};
use crate::types::{At, Key, MaybeAt, MaybeKey, Named};

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = conversations)]
pub struct Conversation {
    /// Its id.
    #[diesel(deserialize_as = Key)]
    pub id: ConversationId,
    /// Where it stands.
    #[diesel(deserialize_as = Named)]
    pub status: ConversationStatus,
    /// The customer's name.
    pub name: Option<String>,
    /// The customer's mail address.
    pub email: Option<String>,
    /// The customer's phone, as they wrote it; never a destination of texts.
    pub phone: Option<String>,
    /// The page they wrote from.
    pub page_url: Option<String>,
    /// Their language, as a BCP 47 tag.
    pub locale: Option<String>,
    /// When it began.
    #[diesel(deserialize_as = At)]
    pub created_at: Timestamp,
    /// Number of the last message.
    pub last_seq: i64,
    /// When the last message was written.
    #[diesel(deserialize_as = At)]
    pub last_message_at: Timestamp,
    /// Since when the customer waits for an answer.
    #[diesel(deserialize_as = MaybeAt)]
    pub waiting_since: Option<Timestamp>,
    /// Since when it is urgent.
    #[diesel(deserialize_as = MaybeAt)]
    pub urgent_since: Option<Timestamp>,
    /// Who has it.
    #[diesel(deserialize_as = MaybeKey)]
    pub assignee_id: Option<UserId>,
    /// When somebody of the company first answered.
    #[diesel(deserialize_as = MaybeAt)]
    pub first_reply_at: Option<Timestamp>,
    /// When it was closed.
    #[diesel(deserialize_as = MaybeAt)]
    pub closed_at: Option<Timestamp>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Message {
    /// The conversation it belongs to.
    #[diesel(deserialize_as = Key)]
    pub conversation_id: ConversationId,
    /// Its number in the conversation, from 1, without gaps.
    pub seq: i64,
    /// Its id.
    #[diesel(deserialize_as = Key)]
    pub id: MessageId,
    /// Who wrote it.
    #[diesel(deserialize_as = Named)]
    pub author: Author,
    /// Which agent wrote it.
    #[diesel(deserialize_as = MaybeKey)]
    pub author_id: Option<UserId>,
    /// The id that its sender chose.
    #[diesel(deserialize_as = Key)]
    pub client_message_id: ClientMessageId,
    /// The text.
    pub body: String,
    /// When it was stored.
    #[diesel(deserialize_as = At)]
    pub created_at: Timestamp,
}

/// A page of messages, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether more follow.
    pub has_more: bool,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// Only those that stand there.
    pub status: Option<ConversationStatus>,
    /// Only those whose customer's name, mail or phone contains this text.
    pub text: Option<String>,
    /// Only those before this place in the order (last message, newest first).
    pub before: Option<(Timestamp, ConversationId)>,
}

/// What someone of the company did with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationChange {
    /// Took it, if nobody else has it.
    Claim(UserId),
    /// Said, through a link and so without being a user, that they look after it; if nobody else has it.
    TakeUp,
    /// Gave it to someone, or to nobody.
    Assign(Option<UserId>),
    /// Ended it.
    Close,
    /// Took the end back.
    Reopen,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done(Box<Conversation>),
    /// Somebody else has the conversation.
    TakenBy(UserId),
    /// There is no such conversation.
    NotFound,
}

/// An answer of the company.
#[derive(Clone, Debug)]
pub struct NewReply {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message's id.
    pub id: MessageId,
    /// The id that the client chose.
    pub client_message_id: ClientMessageId,
    /// The agent; none when it was written through a link.
    pub author_id: Option<UserId>,
    /// The text.
    pub body: String,
    /// When.
    pub now: Timestamp,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replied {
    /// Stored.
    Created(Message),
    /// It had been stored before.
    Repeated(Message),
    /// The same client id was used for another text.
    Conflict,
    /// There is no such conversation.
    NotFound,
}
