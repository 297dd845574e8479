//! Envelopes written by a newer version, and envelopes of strangers who leave out what they may.

use deskbell_events::v1::{Envelope, Event, NewChat, UrgentChat, UrgentReason};
use deskbell_events::{DecodeError, EventName};
use prost::Message;
use uuid::Uuid;

use crate::samples;

/// The envelope of a later version: one more field in the envelope, and an event that nobody here has heard of.
#[derive(Clone, PartialEq, Message)]
struct LaterEnvelope {
    #[prost(string, tag = "1")]
    event_id: String,
    #[prost(string, tag = "15")]
    added_to_the_envelope: String,
    #[prost(bytes = "vec", optional, tag = "16")]
    new_chat: Option<Vec<u8>>,
    #[prost(message, optional, tag = "999")]
    later_event: Option<LaterEvent>,
}

#[derive(Clone, PartialEq, Message)]
struct LaterEvent {
    #[prost(uint64, tag = "1")]
    number: u64,
}

fn later_envelope() -> LaterEnvelope {
    LaterEnvelope {
        event_id: samples::EVENT_ID.to_string(),
        added_to_the_envelope: "later".into(),
        ..LaterEnvelope::default()
    }
}

#[test]
fn an_unknown_field_is_skipped_and_the_known_ones_are_read() {
    let mut new_chat = NewChat { preview: "hello".into(), seq: 1, ..NewChat::default() }.encode_to_vec();
    new_chat.extend(
        LaterEnvelope { later_event: Some(LaterEvent { number: 5 }), ..LaterEnvelope::default() }
            .encode_to_vec(),
    );
    let bytes = LaterEnvelope { new_chat: Some(new_chat), ..later_envelope() }.encode_to_vec();

    let envelope = Envelope::decode(&bytes).unwrap();

    assert_eq!(envelope.id(), Some(samples::EVENT_ID));
    assert_eq!(envelope.name(), Some(EventName::NewChat));
    assert_eq!(envelope.event.unwrap().chat().unwrap().preview, "hello");
}

#[test]
fn an_unknown_event_is_recognised_and_keeps_its_id() {
    let bytes =
        LaterEnvelope { later_event: Some(LaterEvent { number: 5 }), ..later_envelope() }.encode_to_vec();
    assert_eq!(Envelope::decode(&bytes), Err(DecodeError::UnknownEvent { event_id: samples::EVENT_ID }));
}

#[test]
fn an_unknown_enum_value_is_kept_as_its_number() {
    let event = UrgentChat { reason: 77, ..UrgentChat::default() };
    let bytes = Envelope::new(Uuid::nil(), 0, event).encode_to_bytes();

    let Some(Event::UrgentChat(read)) = Envelope::decode(&bytes).unwrap().event else {
        panic!("an urgent chat was written")
    };

    assert_eq!(read.reason, 77);
    assert_eq!(read.reason(), UrgentReason::Unspecified);
}

#[test]
fn unknown_json_fields_are_skipped() {
    let json = format!(
        r#"{{"eventId":"{}","addedLater":[1],"settingsChanged":{{"section":"x","addedLater":true}}}}"#,
        samples::EVENT_ID
    );
    let envelope: Envelope = serde_json::from_str(&json).unwrap();
    assert_eq!(envelope.name(), Some(EventName::SettingsChanged));
}

#[test]
fn a_stranger_may_leave_out_the_time_and_the_trace() {
    let event =
        Envelope { occurred_at: None, traceparent: String::new(), ..samples::envelope(EventName::NewChat) };
    let read = Envelope::decode(&event.encode_to_bytes()).unwrap();
    assert_eq!(read.occurred_at_micros(), None);
}

#[test]
fn an_event_without_a_hyphenated_uuid_is_refused() {
    for event_id in
        ["", "7", "not-a-uuid", "0198f3a000017000800000000000000g", "0198f3a0000170008000000000000001"]
    {
        let envelope = Envelope { event_id: event_id.into(), ..samples::envelope(EventName::NewChat) };
        let read = Envelope::decode(&envelope.encode_to_bytes());
        assert_eq!(read, Err(DecodeError::InvalidEventId), "{event_id}");
    }
}
