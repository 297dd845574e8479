//! The events that messages raise, in the envelope in which they travel.

use std::sync::Arc;

use deskbell_domain::body::MessageBody;
use deskbell_domain::conversation::{Raised, Urgency};
use deskbell_domain::notice::NoticeType;
use deskbell_domain::{Clock, ConversationId, EventId, MessageId, Timestamp};
use deskbell_events::v1::{Envelope, Event, NewChat, OfflineHours, UnassignedChat, UrgentChat, UrgentReason};
use deskbell_http::RequestTrace;
use deskbell_store::model::conversation::{Conversation, Message};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{Raise, Visitor};
use prost::Message as _;

/// Most characters of a message that an event carries.
pub(crate) const PREVIEW_MAX_CHARS: usize = 200;
/// The number of a conversation's first message.
const FIRST_SEQ: i64 = 1;

/// When, and by which request, something is raised.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// Mints the event's id.
    pub(crate) clock: &'a dyn Clock,
    /// When the message came in.
    pub(crate) now: Timestamp,
    /// The request that brought it.
    pub(crate) trace: RequestTrace,
}

impl Occasion<'_> {
    fn envelope(&self, event_id: EventId, event: impl Into<Event>) -> Envelope {
        Envelope::new(event_id.as_uuid(), self.now.as_micros(), event)
            .with_traceparent(self.trace.traceparent())
    }
}

/// The one event of a first message.
pub(crate) fn first_message(occasion: Occasion<'_>, raised: Raised, chat: Chat) -> Raise {
    let event_id = EventId::mint(occasion.clock);
    let chat = chat.at(FIRST_SEQ);
    let event: Event = match raised.kind {
        NoticeType::UrgentChat => chat.urgent(raised.urgency).into(),
        NoticeType::OfflineHours => chat.offline().into(),
        NoticeType::NewChat | NoticeType::UnassignedChat => chat.new_chat().into(),
    };
    let name = event.name().as_str();
    // The number is known, so the bytes are made here, by a worker, and not by the one writer.
    let bytes = occasion.envelope(event_id, event).encode_to_vec();
    Raise { event_id, name, encode: Arc::new(move |_seq| bytes.clone()) }
}

/// The event of a further message that is urgent; the writer knows its number.
pub(crate) fn urgent_message(occasion: Occasion<'_>, urgency: Urgency, chat: Chat) -> Raise {
    let event_id = EventId::mint(occasion.clock);
    let envelope = occasion.envelope(event_id, chat.clone().urgent(Some(urgency)));
    let encode = move |seq| {
        let event = chat.clone().at(seq).urgent(Some(urgency)).into();
        Envelope { event: Some(event), ..envelope.clone() }.encode_to_vec()
    };
    Raise { event_id, name: NoticeType::UrgentChat.as_str(), encode: Arc::new(encode) }
}

/// Reminder number `repeat` of a conversation whose last message of the visitor is `last`.
pub(crate) fn reminder(
    clock: &dyn Clock,
    conversation: &Conversation,
    last: &Message,
    repeat: u32,
    now: Timestamp,
) -> OutboxEvent {
    let id = EventId::mint(clock);
    let preview = MessageBody::parse(&last.body).map(|body| body.preview(PREVIEW_MAX_CHARS));
    let chat = Chat::going_on(conversation, last.id, preview.unwrap_or_default()).at(last.seq);
    let waiting = now.since(conversation.waiting_since.unwrap_or(last.created_at));
    let event = chat.unassigned(waiting.as_secs(), repeat);
    OutboxEvent {
        id,
        name: NoticeType::UnassignedChat.as_str().to_owned(),
        payload: Envelope::new(id.as_uuid(), now.as_micros(), event).encode_to_vec(),
    }
}

/// What the events of a chat have in common.
#[derive(Clone, Default)]
pub(crate) struct Chat {
    conversation_id: String,
    message_id: String,
    seq: u64,
    customer_name: String,
    preview: String,
    locale: String,
    page_url: String,
}

impl Chat {
    /// A chat that begins with this message.
    pub(crate) fn beginning(
        id: ConversationId,
        message_id: MessageId,
        visitor: &Visitor,
        preview: String,
    ) -> Self {
        let of = |detail: &Option<String>| detail.clone().unwrap_or_default();
        Self {
            conversation_id: id.to_string(),
            message_id: message_id.to_string(),
            seq: 0,
            customer_name: of(&visitor.name),
            preview,
            locale: of(&visitor.locale),
            page_url: of(&visitor.page_url),
        }
    }

    /// A chat that goes on with this message.
    pub(crate) fn going_on(conversation: &Conversation, message_id: MessageId, preview: String) -> Self {
        let of = |detail: &Option<String>| detail.clone().unwrap_or_default();
        Self {
            conversation_id: conversation.id.to_string(),
            message_id: message_id.to_string(),
            seq: 0,
            customer_name: of(&conversation.name),
            preview,
            locale: of(&conversation.locale),
            page_url: of(&conversation.page_url),
        }
    }

    fn at(self, seq: i64) -> Self {
        Self { seq: seq.unsigned_abs(), ..self }
    }

    fn new_chat(self) -> NewChat {
        let Self { conversation_id, message_id, seq, customer_name, preview, locale, page_url } = self;
        NewChat { conversation_id, message_id, seq, customer_name, preview, locale, page_url }
    }

    fn offline(self) -> OfflineHours {
        let Self { conversation_id, message_id, seq, customer_name, preview, locale, page_url } = self;
        OfflineHours { conversation_id, message_id, seq, customer_name, preview, locale, page_url }
    }

    fn urgent(self, urgency: Option<Urgency>) -> UrgentChat {
        let Self { conversation_id, message_id, seq, customer_name, preview, locale, page_url } = self;
        let reason = match urgency {
            Some(Urgency::Visitor) => UrgentReason::Visitor,
            Some(Urgency::Word) => UrgentReason::Word,
            None => UrgentReason::Unspecified,
        };
        let reason = reason.into();
        UrgentChat { conversation_id, message_id, seq, customer_name, preview, locale, page_url, reason }
    }

    fn unassigned(self, waiting_seconds: u64, repeat: u32) -> UnassignedChat {
        let Self { conversation_id, message_id, seq, customer_name, preview, locale, page_url } = self;
        UnassignedChat {
            conversation_id,
            message_id,
            seq,
            customer_name,
            preview,
            locale,
            page_url,
            waiting_seconds,
            repeat,
        }
    }
}
