//! The three books.

use deskbell_twilio_sim::AcceptedMessage;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::SentMessage;

/// All that is known of a deployment in which nothing is under way.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What visitors sent and were told.
    pub sent: Vec<SentMessage>,
    /// What is stored.
    pub stored: Stored,
    /// What Twilio accepted.
    pub texts: Vec<Text>,
}

/// The rows of the database.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Messages, by conversation and number.
    pub messages: Vec<Message>,
    /// The outbox.
    pub events: Vec<Event>,
    /// The inbox.
    pub heard: Vec<Heard>,
    /// Notices.
    pub deliveries: Vec<Delivery>,
    /// Requests to Twilio.
    pub attempts: Vec<Attempt>,
}

/// A stored message.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// Its conversation.
    pub conversation_id: Uuid,
    /// Its number in the conversation.
    pub seq: i64,
    /// Its writer's id for it.
    pub client_message_id: Uuid,
    /// `visitor` or `agent`.
    pub author: String,
    /// The text.
    pub body: String,
}

/// A row of the outbox.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    /// The event.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When the broker took it.
    pub published_at: Option<Value>,
}

/// A row of the inbox.
#[derive(Debug, Clone, Deserialize)]
pub struct Heard {
    /// The event.
    pub id: Uuid,
}

/// A notice to one recipient.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery {
    /// The notice.
    pub id: Uuid,
    /// What it is about.
    pub event_id: Uuid,
    /// The conversation that it is about.
    pub conversation_id: Option<Uuid>,
    /// The recipient's number.
    pub phone: String,
    /// Its type.
    pub kind: String,
    /// The way it went.
    pub channel: String,
    /// Where it stands.
    pub state: String,
    /// Why it stands there.
    pub reason: Option<String>,
    /// Whether a second text was sent knowingly.
    pub resend: Option<String>,
}

/// A request to Twilio.
#[derive(Debug, Clone, Deserialize)]
pub struct Attempt {
    /// The attempt.
    pub id: Uuid,
    /// Its notice.
    pub delivery_id: Uuid,
}

/// An SMS that Twilio accepted.
#[derive(Debug, Clone)]
pub struct Text {
    /// Twilio's id.
    pub sid: String,
    /// The attempt, as its callback address names it.
    pub attempt_id: Option<Uuid>,
    /// The number.
    pub to: String,
}

/// The SMS among the stand-in's messages that were asked for through the API.
pub fn texts(messages: &[AcceptedMessage]) -> Vec<Text> {
    let asked_for = messages.iter().filter(|message| message.direction == "outbound-api");
    asked_for
        .map(|message| Text {
            sid: message.sid.clone(),
            attempt_id: message.status_callback.as_deref().and_then(attempt_of),
            to: message.to.clone(),
        })
        .collect()
}

pub(super) fn attempt_of(callback: &str) -> Option<Uuid> {
    callback.rsplit('/').next()?.parse().ok()
}
