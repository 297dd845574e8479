//! What can be wrong.

use std::fmt;

use uuid::Uuid;

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A message was acknowledged and is not stored.
    Lost(Uuid),
    /// A message is stored more than once.
    Doubled(Uuid),
    /// A message is stored with other bytes than were sent.
    Altered(Uuid),
    /// A message is stored elsewhere than its acknowledgement said.
    Misplaced(Uuid),
    /// A message is stored that no visitor has sent.
    Invented(Uuid),
    /// The numbers of a conversation do not run from 1 without a gap.
    Gap(Uuid),
    /// No broker has taken an event.
    Unpublished(Uuid),
    /// No consumer has recorded an event.
    Unheard(Uuid),
    /// A conversation has begun and nobody was to be told.
    Unannounced(Uuid),
    /// A conversation was announced by two events.
    AnnouncedTwice(Uuid),
    /// An event has two notices for one number.
    PlannedTwice(Uuid),
    /// A notice has not ended.
    Unsettled(Uuid, String),
    /// A notice was not sent, and nobody says why.
    Unexplained(Uuid, String),
    /// More than one SMS went out for a notice that does not say so.
    TextedTwice(Uuid, usize),
    /// An SMS went out for a notice that says it did not.
    TextedInSilence(Uuid, String),
    /// A notice says that it went out, and no SMS did.
    NeverTexted(Uuid, String),
    /// An SMS went out that no notice knows.
    Unaccounted(String),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(id) => write!(f, "message {id} was acknowledged and is not stored"),
            Self::Doubled(id) => write!(f, "message {id} is stored more than once"),
            Self::Altered(id) => write!(f, "message {id} is stored with other bytes than were sent"),
            Self::Misplaced(id) => write!(f, "message {id} is not stored where its acknowledgement said"),
            Self::Invented(id) => write!(f, "message {id} is stored and no visitor has sent it"),
            Self::Gap(id) => write!(f, "the numbers of conversation {id} do not run from 1 without a gap"),
            Self::Unpublished(id) => write!(f, "event {id} was never published"),
            Self::Unheard(id) => write!(f, "event {id} was never recorded by its consumer"),
            Self::Unannounced(id) => write!(f, "conversation {id} has no notice of its beginning"),
            Self::AnnouncedTwice(id) => write!(f, "conversation {id} was announced by more than one event"),
            Self::PlannedTwice(id) => write!(f, "event {id} has more than one notice for a number"),
            Self::Unsettled(id, state) => write!(f, "notice {id} has not ended, it is {state}"),
            Self::Unexplained(id, state) => write!(f, "notice {id} is {state} without a reason"),
            Self::TextedTwice(id, texts) => {
                write!(f, "notice {id} went out as {texts} SMS and is not flagged")
            }
            Self::TextedInSilence(id, state) => {
                write!(f, "notice {id} went out as SMS although it is {state}")
            }
            Self::NeverTexted(id, state) => write!(f, "notice {id} is {state} and no SMS went out"),
            Self::Unaccounted(sid) => write!(f, "SMS {sid} went out for no notice"),
        }
    }
}
