//! The link in a text message.

use deskbell_domain::{AttemptId, ConversationId, RecipientId, Timestamp};
use diesel::prelude::*;

use crate::schema::links;
use crate::types::{At, Key, MaybeAt};

/// A link that opens one conversation for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = links)]
pub struct Link {
    /// The attempt that carried it.
    #[diesel(deserialize_as = Key)]
    pub attempt_id: AttemptId,
    /// The conversation it opens.
    #[diesel(deserialize_as = Key)]
    pub conversation_id: ConversationId,
    /// Whom it was sent to.
    #[diesel(deserialize_as = Key)]
    pub recipient_id: RecipientId,
    /// Until when it is good.
    #[diesel(deserialize_as = At)]
    pub expires_at: Timestamp,
    /// When it was used.
    #[diesel(deserialize_as = MaybeAt)]
    pub spent_at: Option<Timestamp>,
    /// When it was withdrawn.
    #[diesel(deserialize_as = MaybeAt)]
    pub revoked_at: Option<Timestamp>,
}

/// What became of a link that somebody tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// It was good, and is spent now.
    Spent(Link),
    /// There is no such link.
    Unknown,
    /// It is too old.
    Expired,
    /// It was used before.
    AlreadySpent,
    /// It was withdrawn.
    Revoked,
}
