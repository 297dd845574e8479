//! One sample of every event, with every field set.

use deskbell_events::EventName;
use deskbell_events::v1::{
    Envelope, Event, NewChat, OfflineHours, SettingsChanged, TestNotification, UnassignedChat, UrgentChat,
    UrgentReason,
};
use uuid::Uuid;

pub const EVENT_ID: Uuid = Uuid::from_u128(0x0198_f3a0_0001_7000_8000_0000_0000_0001);
pub const OCCURRED_AT_MICROS: i64 = 1_767_225_600_123_456;

const CONVERSATION_ID: &str = "0198f3a0-0002-7000-8000-000000000002";
const MESSAGE_ID: &str = "0198f3a0-0003-7000-8000-000000000003";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

pub fn envelope(name: EventName) -> Envelope {
    Envelope::new(EVENT_ID, OCCURRED_AT_MICROS, event(name)).with_traceparent(TRACEPARENT)
}

/// Spells the common fields once for the four events that have them.
macro_rules! chat_event {
    ($event:ident { $($field:ident: $value:expr),* }) => {
        $event {
            conversation_id: CONVERSATION_ID.into(),
            message_id: MESSAGE_ID.into(),
            seq: 7,
            customer_name: "Zoë Müller".into(),
            preview: "The boiler is leaking 💧 please call".into(),
            locale: "de-AT".into(),
            page_url: "https://example.test/boilers?from=ad".into(),
            $($field: $value),*
        }
        .into()
    };
}

fn event(name: EventName) -> Event {
    match name {
        EventName::NewChat => chat_event!(NewChat {}),
        EventName::UrgentChat => chat_event!(UrgentChat { reason: UrgentReason::Word.into() }),
        EventName::OfflineHours => chat_event!(OfflineHours {}),
        EventName::UnassignedChat => chat_event!(UnassignedChat { waiting_seconds: 900, repeat: 2 }),
        EventName::TestNotification => TestNotification {
            recipient_id: "0198f3a0-0004-7000-8000-000000000004".into(),
            requested_by: "0198f3a0-0005-7000-8000-000000000005".into(),
            test_id: "0198f3a0-0006-7000-8000-000000000006".into(),
        }
        .into(),
        EventName::SettingsChanged => SettingsChanged { section: "notifications".into() }.into(),
    }
}
