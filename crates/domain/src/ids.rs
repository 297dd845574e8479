//! Identifiers: one type each over UUIDv7 (RFC 9562), so that ids sort by the time they were minted and never mix.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Uuid};

use crate::time::Clock;

/// A text that is not a UUID.
#[derive(Debug, thiserror::Error)]
#[error("expected a UUID such as 0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5f")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, made from the clock's time and random bits.
            pub fn mint(clock: &dyn Clock) -> Self {
                let millis = clock.now().as_unix_millis();
                let nanos = u32::try_from(millis % 1_000).expect("below 1,000") * 1_000_000;
                Self(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, millis / 1_000, nanos)))
            }

            /// Wraps a UUID that came from the outside or from the store.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| IdError)
            }
        }
    )*};
}

ids! {
    /// A chat between one visitor and the company.
    ConversationId
    /// One message of a conversation.
    MessageId
    /// Chosen by the client that sends a message, so that a repeated request is recognised.
    ClientMessageId
    /// Something that happened and that somebody may have to be told about.
    EventId
    /// Someone whose phone is texted.
    RecipientId
    /// One notice that is due to one recipient.
    DeliveryId
    /// One request to the SMS provider on behalf of a delivery.
    AttemptId
    /// An agent or admin of the panel.
    UserId
    /// A message from the broker that could not be handled.
    QuarantineId
    /// One line of the audit log.
    AuditId
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::{ManualClock, Timestamp};

    #[test]
    fn ids_are_version_seven_and_sort_by_time() {
        let clock = ManualClock::new(Timestamp::from_micros(1_780_000_000_999_000));
        let first = EventId::mint(&clock);
        clock.advance(Duration::from_millis(1));
        let second = EventId::mint(&clock);
        assert_eq!(first.as_uuid().get_version_num(), 7);
        assert!(first < second);
        assert_eq!(first.to_string().parse::<EventId>().unwrap(), first);
        assert!("not-an-id".parse::<EventId>().is_err());
    }
}
