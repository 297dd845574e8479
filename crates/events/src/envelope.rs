//! Writing and reading an envelope.

use bytes::Bytes;
use pbjson_types::Timestamp;
use prost::Message;
use uuid::Uuid;

use crate::EventName;
use crate::v1::{Envelope, Event};

/// The largest envelope that is read. The largest that Deskbell itself writes is about 6 KiB.
pub const MAX_ENVELOPE_BYTES: usize = 256 * 1024;

const MICROS_PER_SECOND: i64 = 1_000_000;
const NANOS_PER_MICRO: i32 = 1_000;

/// Why bytes from the broker are not an event that can be handled. None of these gets better by a retry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`MAX_ENVELOPE_BYTES`]; the bytes were not looked at.
    #[error("the envelope has {bytes} bytes, at most {MAX_ENVELOPE_BYTES} are read")]
    TooLarge {
        /// How many bytes there were.
        bytes: usize,
    },
    /// Not a protobuf message of this schema.
    #[error("the envelope is malformed: {0}")]
    Malformed(#[from] prost::DecodeError),
    /// An envelope whose `event_id` is not a UUID, so that a repetition could not be recognised.
    #[error("the envelope's event_id is not a UUID")]
    InvalidEventId,
    /// A sound envelope with an event that this build does not know: acknowledged and kept, never an alarm.
    #[error("event {event_id} is of a kind that this build does not know")]
    UnknownEvent {
        /// The event's id.
        event_id: Uuid,
    },
}

impl Envelope {
    /// Wraps an event that happened `occurred_at_micros` microseconds after the Unix epoch.
    pub fn new(event_id: Uuid, occurred_at_micros: i64, event: impl Into<Event>) -> Self {
        Self {
            event_id: event_id.to_string(),
            occurred_at: Some(timestamp(occurred_at_micros)),
            traceparent: String::new(),
            event: Some(event.into()),
        }
    }

    /// Adds the W3C trace context of the request that caused the event.
    #[must_use]
    pub fn with_traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = traceparent.into();
        self
    }

    /// Reads an envelope from untrusted bytes. An `Ok` has a valid [`id`](Self::id) and a known event.
    ///
    /// Fields that this build does not know are skipped.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(DecodeError::TooLarge { bytes: bytes.len() });
        }
        let envelope = <Self as Message>::decode(bytes)?;
        let event_id = envelope.id().ok_or(DecodeError::InvalidEventId)?;
        if envelope.event.is_none() {
            return Err(DecodeError::UnknownEvent { event_id });
        }
        Ok(envelope)
    }

    /// The bytes for the broker; the same envelope always gives the same bytes.
    pub fn encode_to_bytes(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    /// The event's id, `None` when the field is no hyphenated UUID.
    pub fn id(&self) -> Option<Uuid> {
        const HYPHENATED_LEN: usize = 36;
        if self.event_id.len() != HYPHENATED_LEN {
            return None;
        }
        Uuid::try_parse(&self.event_id).ok()
    }

    /// Which event this is; `None` when it carries none that this build knows.
    pub fn name(&self) -> Option<EventName> {
        self.event.as_ref().map(Event::name)
    }

    /// When it happened, in microseconds after the Unix epoch; `None` when the publisher did not say or the value
    /// cannot be held.
    pub fn occurred_at_micros(&self) -> Option<i64> {
        let at = self.occurred_at.as_ref()?;
        let within_second = i64::from(at.nanos / NANOS_PER_MICRO);
        at.seconds.checked_mul(MICROS_PER_SECOND)?.checked_add(within_second)
    }
}

fn timestamp(micros: i64) -> Timestamp {
    let within_second = i32::try_from(micros.rem_euclid(MICROS_PER_SECOND)).expect("less than a million");
    Timestamp { seconds: micros.div_euclid(MICROS_PER_SECOND), nanos: within_second * NANOS_PER_MICRO }
}

/// Lets a constructor take the event's own type.
macro_rules! into_event {
    ($($event:ident),+) => {$(
        impl From<crate::v1::$event> for Event {
            fn from(event: crate::v1::$event) -> Self {
                Self::$event(event)
            }
        }
    )+};
}

into_event!(NewChat, UrgentChat, OfflineHours, UnassignedChat, TestNotification, SettingsChanged);
