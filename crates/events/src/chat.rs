//! The seven fields that all events of a chat have in common.

use crate::v1::Event;

/// What every event of a chat says, whichever of them it is; the fields are those of the schema, unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatView<'a> {
    /// The conversation: a UUID in its hyphenated form.
    pub conversation_id: &'a str,
    /// The message that caused the event: a UUID in its hyphenated form.
    pub message_id: &'a str,
    /// Position of the message in its conversation, from 1.
    pub seq: u64,
    /// The customer's name; empty when unknown.
    pub customer_name: &'a str,
    /// The first characters of the message.
    pub preview: &'a str,
    /// BCP 47 language tag; empty when unknown.
    pub locale: &'a str,
    /// The page on which the customer was writing; empty when unknown.
    pub page_url: &'a str,
}

/// The generated types share these fields by name only, so the borrow is spelled out once, here.
macro_rules! view {
    ($event:ident) => {
        ChatView {
            conversation_id: &$event.conversation_id,
            message_id: &$event.message_id,
            seq: $event.seq,
            customer_name: &$event.customer_name,
            preview: &$event.preview,
            locale: &$event.locale,
            page_url: &$event.page_url,
        }
    };
}

impl Event {
    /// The common fields of a chat's event; `None` for an event that is not about a chat.
    pub fn chat(&self) -> Option<ChatView<'_>> {
        match self {
            Self::NewChat(event) => Some(view!(event)),
            Self::UrgentChat(event) => Some(view!(event)),
            Self::OfflineHours(event) => Some(view!(event)),
            Self::UnassignedChat(event) => Some(view!(event)),
            Self::TestNotification(_) | Self::SettingsChanged(_) => None,
        }
    }
}
