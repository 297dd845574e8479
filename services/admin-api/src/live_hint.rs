//! Tells other processes that something in the database has changed, so that open pages show it at once. A hint may get
//! lost; whoever follows something reads it again from time to time.

use deskbell_bus::{Bus, Hint};
use deskbell_domain::ConversationId;
use serde::Serialize;

const CONVERSATION: &str = "conversation";
const SETTINGS: &str = "settings";

#[derive(Serialize)]
struct ConversationHint {
    conversation_id: ConversationId,
    seq: i64,
}

/// A conversation has a new message, or changed hands; `seq` is its last message.
pub(crate) fn conversation(bus: &Bus, conversation_id: ConversationId, seq: i64) {
    let hint = ConversationHint { conversation_id, seq };
    let body = serde_json::to_vec(&hint).expect("an id and a number are plain JSON");
    bus.send_hint(Hint { topic: CONVERSATION.to_owned(), body: body.into() });
}

/// The notification settings have changed.
pub(crate) fn settings(bus: &Bus) {
    bus.send_hint(Hint { topic: SETTINGS.to_owned(), body: r#"{"section":"notifications"}"#.into() });
}
