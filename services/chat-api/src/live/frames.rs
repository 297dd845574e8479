//! What is said over a live connection: JSON in text frames, tagged by `type`.

use deskbell_domain::conversation::Author;
use deskbell_domain::{ClientMessageId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::endpoints::message::author_schema;

/// What a client sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ClientFrame {
    /// The first frame, within 10 seconds: opens the conversation, and everything after `after_seq` is sent.
    Hello {
        /// The conversation's `visitor_token`.
        token: String,
        /// The number of the last message that the client has; 0 for none.
        #[schema(minimum = 0)]
        after_seq: i64,
        /// The epoch in which it got them.
        epoch: Option<String>,
    },
    /// A message. The same `client_message_id` again means the same message.
    Send {
        /// Chosen by the client.
        #[schema(value_type = String, format = Uuid)]
        client_message_id: ClientMessageId,
        /// The text: 1 to 4,000 characters after trimming, without NUL.
        #[schema(min_length = 1, max_length = 4000)]
        body: String,
        /// Whether the visitor says that it is urgent.
        #[serde(default)]
        urgent: bool,
    },
    /// The visitor is writing. At most one in 3 seconds is passed on.
    Typing {},
    /// The visitor has seen the messages up to this number.
    Seen {
        /// The number.
        #[schema(minimum = 0)]
        seq: i64,
    },
}

/// What the server sends.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ServerFrame<'a> {
    /// The conversation is open; what the client lacks follows. An epoch other than the client's means that what it has
    /// is of a state of the database that is no more: it forgets all of it and begins again after 0.
    Welcome {
        /// The number of the last message.
        #[schema(minimum = 0)]
        last_seq: i64,
        /// The epoch of the numbers.
        epoch: &'a str,
        /// Up to which number the company has seen the messages.
        #[schema(minimum = 0)]
        seen_by_agent: i64,
        /// Up to which number the visitor has.
        #[schema(minimum = 0)]
        seen_by_visitor: i64,
    },
    /// A message, in order, each once.
    Message {
        /// Identifies the message.
        #[schema(value_type = String, format = Uuid)]
        id: MessageId,
        /// Its number in the conversation, from 1, without gaps.
        #[schema(minimum = 1)]
        seq: i64,
        /// Who wrote it.
        #[schema(schema_with = author_schema)]
        author: Author,
        /// The text. Only ever text: show it as such.
        body: &'a str,
        /// When it was stored (RFC 3339, UTC).
        #[schema(value_type = String, format = DateTime)]
        created_at: Timestamp,
        /// The id that the visitor's client chose; only of the visitor's messages.
        #[schema(value_type = Option<String>, format = Uuid, nullable = false)]
        #[serde(skip_serializing_if = "Option::is_none")]
        client_message_id: Option<ClientMessageId>,
    },
    /// The client's message is stored. It also comes as `message`, before or after.
    Ack {
        /// The id that the client chose.
        #[schema(value_type = String, format = Uuid)]
        client_message_id: ClientMessageId,
        /// Identifies the message.
        #[schema(value_type = String, format = Uuid)]
        id: MessageId,
        /// Its number in the conversation.
        #[schema(minimum = 1)]
        seq: i64,
        /// When it was stored (RFC 3339, UTC).
        #[schema(value_type = String, format = DateTime)]
        created_at: Timestamp,
    },
    /// Somebody is writing; true for 5 seconds.
    Typing {
        /// Who.
        #[schema(schema_with = author_schema)]
        author: Author,
    },
    /// One side has seen the messages up to a number.
    Seen {
        /// Which.
        #[schema(schema_with = author_schema)]
        author: Author,
        /// The number.
        #[schema(minimum = 0)]
        seq: i64,
    },
    /// How things stand: after `welcome`, and whenever it changes.
    Status {
        /// Whether the company is open.
        open: bool,
        /// When it opens again, if it is closed and that is known (RFC 3339, UTC).
        #[schema(value_type = Option<String>, format = DateTime)]
        open_again_at: Option<Timestamp>,
        /// Who answers.
        agent: Option<&'a str>,
        /// Whether the conversation was ended; a further message opens it again.
        closed: bool,
    },
    /// Something was refused. The connection stays open unless it is closed after it.
    Error {
        /// The kind of problem, as over HTTP.
        code: &'a str,
        /// The message that was refused.
        #[schema(value_type = Option<String>, format = Uuid)]
        client_message_id: Option<ClientMessageId>,
        /// What is wrong this time.
        detail: &'a str,
    },
}
