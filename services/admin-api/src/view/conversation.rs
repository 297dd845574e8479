//! Conversations and messages.

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ClientMessageId, ConversationId, MessageId, Timestamp};
use deskbell_store::model::conversation::{Conversation, Message};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;
use super::user::{Names, Person};

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(crate) struct ConversationView {
    #[schema(value_type = Uuid)]
    id: ConversationId,
    #[schema(value_type = schema::ConversationStatus)]
    status: ConversationStatus,
    /// What the customer calls themselves; a stranger's text, to be shown as text.
    name: Option<String>,
    email: Option<String>,
    /// As the customer wrote it; unchecked.
    phone: Option<String>,
    /// Where they wrote from; a stranger's text.
    page_url: Option<String>,
    /// BCP 47.
    locale: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Number of the last message.
    last_seq: i64,
    #[schema(value_type = String, format = DateTime)]
    last_message_at: Timestamp,
    /// Since when the customer waits for an answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    waiting_since: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    urgent_since: Option<Timestamp>,
    /// Who has it.
    assignee: Option<Person>,
    #[schema(value_type = Option<String>, format = DateTime)]
    first_reply_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
}

impl ConversationView {
    pub(crate) fn new(conversation: Conversation, names: &Names) -> Self {
        Self {
            id: conversation.id,
            status: conversation.status,
            name: conversation.name,
            email: conversation.email,
            phone: conversation.phone,
            page_url: conversation.page_url,
            locale: conversation.locale,
            created_at: conversation.created_at,
            last_seq: conversation.last_seq,
            last_message_at: conversation.last_message_at,
            waiting_since: conversation.waiting_since,
            urgent_since: conversation.urgent_since,
            assignee: conversation.assignee_id.map(|id| names.person(id)),
            first_reply_at: conversation.first_reply_at,
            closed_at: conversation.closed_at,
        }
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    #[schema(value_type = Uuid)]
    id: MessageId,
    /// Its number in the conversation, from 1, without gaps.
    seq: i64,
    #[schema(value_type = schema::Author)]
    author: Author,
    /// Which agent wrote it; absent for visitors, and for answers through a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Person>,
    #[schema(value_type = Uuid)]
    client_message_id: ClientMessageId,
    /// To be shown as text, whoever wrote it.
    body: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl MessageView {
    pub(crate) fn new(message: Message, names: &Names) -> Self {
        Self {
            id: message.id,
            seq: message.seq,
            author: message.author,
            agent: message.author_id.map(|id| names.person(id)),
            client_message_id: message.client_message_id,
            body: message.body,
            created_at: message.created_at,
        }
    }
}
