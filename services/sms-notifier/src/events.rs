//! What the service hears: bytes from the broker become a [`Heard`], or the reason why they cannot be handled.
//!
//! Nothing that comes in is trusted: a stranger may publish, and a release of tomorrow may know more events than this.

mod chat;
mod test_notification;

use deskbell_bus::Delivery;
use deskbell_domain::notice::NoticeFacts;
use deskbell_domain::planning::Notice;
use deskbell_domain::{ConversationId, EventId, Timestamp};
use deskbell_events::DecodeError;
use deskbell_events::v1::{Envelope, Event};

/// An event, as far as this service is concerned.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The event's id.
    pub event_id: EventId,
    /// When it happened, if its publisher said so.
    pub occurred_at: Option<Timestamp>,
    /// Whom to tell; none for events that are only taken note of.
    pub news: Option<News>,
}

/// Something people are told.
#[derive(Clone, Debug)]
pub struct News {
    /// For the planning policy.
    pub notice: Notice,
    /// The conversation it is about.
    pub conversation_id: Option<ConversationId>,
    /// What the text is made from; the business name is filled in when it is planned.
    pub facts: NoticeFacts,
}

/// A message that cannot be handled, whatever is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The event's id, if it could be read.
    pub event_id: Option<EventId>,
    /// Why, for people.
    pub reason: String,
}

/// A field that does not hold what its schema says.
#[derive(Debug, thiserror::Error)]
#[error("the event's {0} is not valid")]
pub struct BadField(&'static str);

/// Reads a message of the broker.
///
/// # Errors
/// [`Unreadable`], to be set aside with its reason.
pub fn hear(delivery: &Delivery) -> Result<Heard, Unreadable> {
    read(&delivery.body)
}

/// Reads the bytes of an event.
///
/// # Errors
/// [`Unreadable`], to be set aside with its reason.
pub fn read(body: &[u8]) -> Result<Heard, Unreadable> {
    let envelope = Envelope::decode(body).map_err(|error| Unreadable {
        event_id: match error {
            DecodeError::UnknownEvent { event_id } => Some(EventId::from_uuid(event_id)),
            _ => None,
        },
        reason: error.to_string(),
    })?;
    let event_id = EventId::from_uuid(envelope.id().expect("a decoded envelope has an id"));
    let event = envelope.event.as_ref().expect("a decoded envelope has an event");
    let news = match event {
        Event::TestNotification(test) => test_notification::news(test).map(Some),
        Event::SettingsChanged(_) => Ok(None),
        Event::NewChat(_) | Event::UrgentChat(_) | Event::OfflineHours(_) | Event::UnassignedChat(_) => {
            chat::news(event).map(Some)
        }
    };
    let news = news.map_err(|error| Unreadable { event_id: Some(event_id), reason: error.to_string() })?;
    Ok(Heard { event_id, occurred_at: envelope.occurred_at_micros().map(Timestamp::from_micros), news })
}
