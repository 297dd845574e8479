//! Bytes from the broker are untrusted: reading them never panics, and never takes more than its bound.

use deskbell_events::v1::Envelope;
use deskbell_events::{DecodeError, EventName, MAX_ENVELOPE_BYTES};
use proptest::prelude::*;

use crate::samples;

#[test]
fn an_envelope_beyond_the_bound_is_not_even_read() {
    let bytes = vec![0_u8; MAX_ENVELOPE_BYTES + 1];
    assert_eq!(Envelope::decode(&bytes), Err(DecodeError::TooLarge { bytes: MAX_ENVELOPE_BYTES + 1 }));
}

#[test]
fn an_envelope_of_exactly_the_bound_is_read() {
    let mut envelope = samples::envelope(EventName::SettingsChanged);
    let shortfall = MAX_ENVELOPE_BYTES - envelope.encode_to_bytes().len();
    envelope.traceparent.push_str(&"x".repeat(shortfall - 2));
    let bytes = envelope.encode_to_bytes();
    assert_eq!(bytes.len(), MAX_ENVELOPE_BYTES);
    assert_eq!(Envelope::decode(&bytes), Ok(envelope));
}

#[test]
fn no_bytes_are_no_event() {
    assert_eq!(Envelope::decode(b""), Err(DecodeError::InvalidEventId));
}

#[test]
fn a_time_that_cannot_be_held_is_no_time() {
    let mut envelope = samples::envelope(EventName::NewChat);
    envelope.occurred_at = Some(pbjson_types::Timestamp { seconds: i64::MAX, nanos: -1 });
    assert_eq!(envelope.occurred_at_micros(), None);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = Envelope::decode(&bytes);
    }

    #[test]
    fn a_damaged_envelope_never_panics(
        name in prop::sample::select(EventName::ALL.to_vec()),
        cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        value in any::<u8>(),
    ) {
        let mut bytes = samples::envelope(name).encode_to_bytes().to_vec();
        let position = at.index(bytes.len());
        bytes[position] = value;
        bytes.truncate(cut.index(bytes.len()) + 1);
        if let Ok(envelope) = Envelope::decode(&bytes) {
            prop_assert!(envelope.id().is_some() && envelope.name().is_some());
            let _ = envelope.occurred_at_micros();
        }
    }

    #[test]
    fn any_time_survives(micros in any::<i64>()) {
        let event = samples::envelope(EventName::NewChat).event.unwrap();
        let envelope = Envelope::new(samples::EVENT_ID, micros, event);
        let read = Envelope::decode(&envelope.encode_to_bytes()).unwrap();
        prop_assert_eq!(read.occurred_at_micros(), Some(micros));
    }

    #[test]
    fn random_names_never_panic(name in ".*") {
        if let Ok(known) = EventName::parse(&name) {
            prop_assert_eq!(known.as_str(), name);
        }
    }
}
