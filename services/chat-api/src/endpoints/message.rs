//! A message as the API shows it.

use deskbell_domain::conversation::Author;
use deskbell_domain::{MessageId, Timestamp};
use deskbell_store::model::conversation::Message;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Type};

/// A message of a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    /// Identifies the message.
    #[schema(value_type = String, format = Uuid)]
    id: MessageId,
    /// Its number in the conversation, from 1, without gaps.
    #[schema(minimum = 1, example = 1)]
    seq: i64,
    /// Who wrote it.
    #[schema(schema_with = author_schema)]
    author: Author,
    /// The text. Only ever text: show it as such.
    #[schema(example = "My sink is leaking, can you come today?")]
    body: String,
    /// When it was stored (RFC 3339, UTC).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// The names of those who write.
pub(crate) fn author_schema() -> Object {
    let names = [Author::Visitor, Author::Agent].map(Author::as_str);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build()
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let Message { id, seq, author, body, created_at, .. } = message;
        Self { id, seq, author, body, created_at }
    }
}
