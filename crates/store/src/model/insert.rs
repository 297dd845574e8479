//! Rows that are inserted many at a time. Both databases take them in one statement because no column is left out.

use deskbell_domain::Timestamp;
use deskbell_domain::notice::NoticeKind;
use deskbell_domain::recipient::RecipientRole;
use diesel::prelude::*;

use super::delivery::{Delivery, NewAttempt, NewDelivery};
use crate::schema::{attempts, deliveries, inbox, links};
use crate::types::{At, Doc, Key};

/// An event that a consumer has recorded.
#[derive(Insertable)]
#[diesel(table_name = inbox, treat_none_as_default_value = false)]
pub(crate) struct InboxInsert<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) event_id: Key,
    pub(crate) received_at: At,
}

/// A delivery, as it is planned.
#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub(crate) struct DeliveryInsert<'a> {
    id: Key,
    event_id: Key,
    conversation_id: Option<Key>,
    recipient_id: Option<Key>,
    recipient_name: &'a str,
    recipient_role: &'a str,
    phone: &'a str,
    channel: &'a str,
    kind: &'a str,
    priority: i32,
    facts: Doc,
    state: &'a str,
    reason: Option<&'a str>,
    attempts: i32,
    due_at: At,
    next_at: Option<At>,
    created_at: At,
    updated_at: At,
}

impl<'a> DeliveryInsert<'a> {
    pub(crate) fn new(row: &'a NewDelivery, now: Timestamp) -> Self {
        let recipient = row.recipient.as_ref();
        Self {
            id: row.id.into(),
            event_id: row.event_id.into(),
            conversation_id: row.conversation_id.map(Key::from),
            recipient_id: recipient.map(|recipient| Key::from(recipient.id)),
            recipient_name: recipient.map_or("", |recipient| recipient.name.as_str()),
            recipient_role: recipient.map_or("", |recipient| recipient.role.as_str()),
            phone: recipient.map_or("", |recipient| recipient.phone.as_str()),
            channel: row.channel,
            kind: row.kind.as_str(),
            priority: priority(row.kind, recipient.map(|recipient| recipient.role)),
            facts: Doc(serde_json::to_value(&row.facts).expect("facts are plain strings and numbers")),
            state: if row.suppressed.is_some() { "suppressed" } else { "ready" },
            reason: row.suppressed,
            attempts: 0,
            due_at: At(row.due_at),
            next_at: row.suppressed.is_none().then_some(At(row.due_at)),
            created_at: At(now),
            updated_at: At(now),
        }
    }
}

/// Priorities below this are urgent.
pub(crate) const URGENT_BELOW: i32 = 2;

/// Urgent before all else, then the owner before managers.
fn priority(kind: NoticeKind, role: Option<RecipientRole>) -> i32 {
    let urgent = if kind.is_urgent() { 0 } else { URGENT_BELOW };
    urgent + i32::from(role != Some(RecipientRole::Owner))
}

/// An attempt, before its request.
#[derive(Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false)]
pub(crate) struct AttemptInsert<'a> {
    id: Key,
    delivery_id: Key,
    number: i32,
    body: &'a str,
    reference: &'a str,
    segments: i32,
    started_at: At,
}

impl<'a> AttemptInsert<'a> {
    pub(crate) fn new(delivery: &Delivery, attempt: &'a NewAttempt, now: Timestamp) -> Self {
        Self {
            id: attempt.id.into(),
            delivery_id: delivery.id.into(),
            number: delivery.attempts + 1,
            body: &attempt.body,
            reference: &attempt.reference,
            segments: i32::try_from(attempt.segments).unwrap_or(i32::MAX),
            started_at: At(now),
        }
    }
}

/// The link in an attempt's text.
#[derive(Insertable)]
#[diesel(table_name = links, treat_none_as_default_value = false)]
pub(crate) struct LinkInsert<'a> {
    token_hash: &'a [u8],
    attempt_id: Key,
    conversation_id: Key,
    recipient_id: Key,
    expires_at: At,
}

impl<'a> LinkInsert<'a> {
    /// None when the text has no link, or nothing to open.
    pub(crate) fn new(delivery: &Delivery, attempt: &'a NewAttempt) -> Option<Self> {
        Some(Self {
            token_hash: attempt.link_hash.as_ref()?,
            attempt_id: attempt.id.into(),
            conversation_id: delivery.conversation_id?.into(),
            recipient_id: delivery.recipient_id?.into(),
            expires_at: At(attempt.link_expires_at),
        })
    }
}
