//! The hints that processes give each other. A hint may get lost: it says what to read again, or is gone in a moment
//! anyway; nothing is true because a hint says so.

use deskbell_bus::{Bus, Hint};
use deskbell_domain::ConversationId;
use deskbell_domain::conversation::Author;
use serde::{Deserialize, Serialize};

const CONVERSATION: &str = "conversation";
const SETTINGS: &str = "settings";

/// What happened in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationHint {
    /// Where.
    pub conversation_id: ConversationId,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// See [`ConversationHint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happened {
    /// There is a new message.
    Message {
        /// Its number.
        seq: i64,
    },
    /// It changed hands, was closed or opened again.
    Changed,
    /// Somebody is writing.
    Typing {
        /// Who.
        author: Author,
    },
    /// One side has seen messages.
    Seen {
        /// Which.
        author: Author,
        /// The number of the last one.
        seq: i64,
    },
}

/// Tells every process, this one included, what happened in a conversation. Never waits.
pub fn tell(bus: &Bus, conversation_id: ConversationId, what: Happened) {
    let hint = ConversationHint { conversation_id, what };
    let body = serde_json::to_vec(&hint).expect("ids, numbers and names are plain JSON");
    bus.send_hint(Hint { topic: CONVERSATION.to_owned(), body: body.into() });
}

/// Tells every process that the owner has changed the notification settings.
pub fn tell_settings(bus: &Bus) {
    bus.send_hint(Hint { topic: SETTINGS.to_owned(), body: r#"{"section":"notifications"}"#.into() });
}

/// What a hint says of a conversation; `None` when it is about something else, or of a later release.
pub fn of_conversation(hint: &Hint) -> Option<ConversationHint> {
    if hint.topic != CONVERSATION {
        return None;
    }
    serde_json::from_slice(&hint.body).ok()
}

/// Whether it says that the settings have changed.
pub fn is_of_settings(hint: &Hint) -> bool {
    hint.topic == SETTINGS
}
