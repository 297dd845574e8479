//! Events on their way through outbox, inbox and quarantine.

use deskbell_domain::{EventId, QuarantineId, Timestamp};
use diesel::prelude::*;

use crate::schema::{outbox, quarantine};
use crate::types::{At, Key, MaybeAt, MaybeKey};

/// An event that must reach its consumers.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct OutboxEvent {
    /// The event's id.
    #[diesel(deserialize_as = Key)]
    pub id: EventId,
    /// Its name, which is its routing key.
    pub name: String,
    /// Its bytes, as they go to the broker.
    pub payload: Vec<u8>,
}

/// A message that could not be handled.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = quarantine)]
pub struct Quarantined {
    /// Its id here.
    #[diesel(deserialize_as = Key)]
    pub id: QuarantineId,
    /// When it was set aside.
    #[diesel(deserialize_as = At)]
    pub received_at: Timestamp,
    /// The event's id, if it could be read.
    #[diesel(deserialize_as = MaybeKey)]
    pub event_id: Option<EventId>,
    /// The event's name, as the broker knew it.
    pub name: String,
    /// Why it could not be handled.
    pub reason: String,
    /// The bytes.
    pub payload: Vec<u8>,
    /// When it was sent through once more.
    #[diesel(deserialize_as = MaybeAt)]
    pub replayed_at: Option<Timestamp>,
}
