//! Deliveries and attempts.

use deskbell_domain::delivery::{DeliveryState, Progress, Resend};
use deskbell_domain::notice::{NoticeFacts, NoticeKind};
use deskbell_domain::recipient::RecipientRole;
use deskbell_domain::{AttemptId, ConversationId, DeliveryId, EventId, RecipientId, Timestamp};
use diesel::prelude::*;

use crate::schema::{attempts, deliveries};
use crate::types::{At, Doc, Key, MaybeAt, MaybeKey, Named};

/// A delivery as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    /// Its id.
    #[diesel(deserialize_as = Key)]
    pub id: DeliveryId,
    /// The event it tells of.
    #[diesel(deserialize_as = Key)]
    pub event_id: EventId,
    /// The conversation it is about; none for a test.
    #[diesel(deserialize_as = MaybeKey)]
    pub conversation_id: Option<ConversationId>,
    /// Who is told; none when there was nobody.
    #[diesel(deserialize_as = MaybeKey)]
    pub recipient_id: Option<RecipientId>,
    /// The recipient's name at that time.
    pub recipient_name: String,
    /// Their role at that time; empty when there was nobody.
    pub recipient_role: String,
    /// The number, E.164; empty when there was nobody.
    pub phone: String,
    /// The channel.
    pub channel: String,
    /// What it is about.
    #[diesel(deserialize_as = Named)]
    pub kind: NoticeKind,
    /// What the text is made from.
    #[diesel(deserialize_as = Doc)]
    pub facts: DeliveryFacts,
    /// Where it stands.
    #[diesel(deserialize_as = Named)]
    pub state: DeliveryState,
    /// Why it stands there.
    pub reason: Option<String>,
    /// The provider's error code.
    pub code: Option<i32>,
    /// Why it was sent once more.
    #[diesel(deserialize_as = MaybeResend)]
    pub resend: Option<Resend>,
    /// Attempts so far.
    pub attempts: i32,
    /// When it became due.
    #[diesel(deserialize_as = At)]
    pub due_at: Timestamp,
    /// When it is next looked at.
    #[diesel(deserialize_as = MaybeAt)]
    pub next_at: Option<Timestamp>,
    /// When it was planned.
    #[diesel(deserialize_as = At)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[diesel(deserialize_as = At)]
    pub updated_at: Timestamp,
}

impl Delivery {
    /// What the delivery machine needs to know of it.
    pub fn progress(&self) -> Progress {
        Progress {
            state: self.state,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            resend: self.resend,
            due_at: self.due_at,
        }
    }
}

/// [`NoticeFacts`], as they stand in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFacts(pub NoticeFacts);

impl TryFrom<Doc> for DeliveryFacts {
    type Error = serde_json::Error;

    fn try_from(doc: Doc) -> Result<Self, Self::Error> {
        serde_json::from_value(doc.0).map(Self)
    }
}

/// An optional [`Resend`] in a row.
#[derive(Debug)]
pub struct MaybeResend(Option<String>);

impl<DB> Queryable<diesel::sql_types::Nullable<diesel::sql_types::Text>, DB> for MaybeResend
where
    DB: diesel::backend::Backend,
    Option<String>:
        diesel::deserialize::FromStaticSqlRow<diesel::sql_types::Nullable<diesel::sql_types::Text>, DB>,
{
    type Row = Option<String>;

    fn build(row: Self::Row) -> diesel::deserialize::Result<Self> {
        Ok(Self(row))
    }
}

impl TryFrom<MaybeResend> for Option<Resend> {
    type Error = deskbell_domain::delivery::DeliveryStateError;

    fn try_from(text: MaybeResend) -> Result<Self, Self::Error> {
        text.0.map(|text| text.parse()).transpose()
    }
}

/// A delivery to be written.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// The event it tells of.
    pub event_id: EventId,
    /// The conversation it is about.
    pub conversation_id: Option<ConversationId>,
    /// Who is told.
    pub recipient: Option<DeliveryRecipient>,
    /// The channel.
    pub channel: &'static str,
    /// What it is about.
    pub kind: NoticeKind,
    /// What the text is made from.
    pub facts: NoticeFacts,
    /// Ready, or suppressed for a reason.
    pub suppressed: Option<&'static str>,
    /// When it becomes due.
    pub due_at: Timestamp,
}

/// The recipient of a delivery, as known when it was planned.
#[derive(Clone, Debug)]
pub struct DeliveryRecipient {
    /// Their id.
    pub id: RecipientId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: RecipientRole,
    /// Their number, E.164.
    pub phone: String,
}

/// One request to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attempts)]
pub struct Attempt {
    /// Its id; stands in its callback URL.
    #[diesel(deserialize_as = Key)]
    pub id: AttemptId,
    /// The delivery it serves.
    #[diesel(deserialize_as = Key)]
    pub delivery_id: DeliveryId,
    /// 1 for the first, and so on.
    pub number: i32,
    /// The text.
    pub body: String,
    /// What tells this attempt's text from all others.
    pub reference: String,
    /// How many segments the text takes.
    pub segments: i32,
    /// When its request was about to start.
    #[diesel(deserialize_as = At)]
    pub started_at: Timestamp,
    /// When the request ended, as far as known.
    #[diesel(deserialize_as = MaybeAt)]
    pub ended_at: Option<Timestamp>,
    /// How it ended, as a stable word.
    pub outcome: Option<String>,
    /// The provider's id.
    pub sid: Option<String>,
    /// The provider's last word.
    pub status: Option<String>,
    /// The provider's error code.
    pub code: Option<i32>,
}

/// An attempt to be written.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// Its id.
    pub id: AttemptId,
    /// The text.
    pub body: String,
    /// What tells this attempt's text from all others.
    pub reference: String,
    /// How many segments the text takes.
    pub segments: u32,
    /// SHA-256 of the link's token, when the text has a link.
    pub link_hash: Option<[u8; 32]>,
    /// Until when the link is good.
    pub link_expires_at: Timestamp,
}

/// What to look for in the log of deliveries.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// Only those about this conversation.
    pub conversation_id: Option<ConversationId>,
    /// Only those that stand there.
    pub state: Option<DeliveryState>,
    /// Only those planned before this one.
    pub before: Option<DeliveryId>,
}

/// How the notices stand, at one glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeHealth {
    /// When the oldest notice became due that is not settled yet.
    pub oldest_due_at: Option<Timestamp>,
    /// How many are due and not settled.
    pub unsettled: i64,
    /// How many ended unknown.
    pub unknown: i64,
    /// Messages set aside and not replayed.
    pub quarantined: i64,
    /// Events written and not confirmed by the broker yet.
    pub unpublished: i64,
    /// Until when nothing is sent because the configuration is not right, and the provider's code.
    pub circuit_until: Option<Timestamp>,
}
