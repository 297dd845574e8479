//! Tells live connections, on whichever instance they are, that a conversation has a new message.

use deskbell_bus::{Bus, Hint};
use deskbell_domain::ConversationId;
use deskbell_store::model::conversation::Message;
use serde::Serialize;

const TOPIC: &str = "conversation";

#[derive(Serialize)]
struct NewMessage {
    conversation_id: ConversationId,
    seq: i64,
}

/// Never waits, and may get lost: whoever follows a conversation reads from the store what came after the last number
/// it knows.
pub(crate) fn send(bus: &Bus, message: &Message) {
    let hint = NewMessage { conversation_id: message.conversation_id, seq: message.seq };
    let body = serde_json::to_vec(&hint).expect("an id and a number are plain JSON");
    bus.send_hint(Hint { topic: TOPIC.to_owned(), body: body.into() });
}
