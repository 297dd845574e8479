//! The outbox: what was committed is published, and published again until a consumer has recorded it.

use std::time::Duration;

use deskbell_domain::{EventId, QuarantineId, Timestamp};

use crate::backend::{Store, change, read};
use crate::error::StoreResult;
use crate::model::event::{OutboxEvent, Quarantined};

impl Store {
    /// Takes unpublished events whose lease has run out, and leases them.
    pub async fn take_outbox(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> StoreResult<Vec<OutboxEvent>> {
        change!(self, |conn, queries| queries::take_outbox(conn, now, lease_until, limit))
    }

    /// Takes back everything that a process which is gone was working on: leases of events and attempts, and events that
    /// were published to a bus which lived in that process. Only for a process that has the database to itself.
    pub async fn reclaim(&self, now: Timestamp) -> StoreResult<()> {
        change!(self, |conn, queries| queries::events::reclaim(conn, now))
    }

    /// Writes an event by itself.
    pub async fn write_event(
        &self,
        event: &OutboxEvent,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<()> {
        change!(self, |conn, queries| queries::events::insert_outbox(conn, event, now, lease_until))
    }

    /// Marks events as taken by the broker.
    pub async fn mark_published(&self, ids: &[EventId], now: Timestamp) -> StoreResult<()> {
        change!(self, |conn, queries| queries::mark_published(conn, ids, now))
    }

    /// Lets sweepers take these events from an instant on.
    pub async fn release_outbox(&self, ids: &[EventId], lease_until: Timestamp) -> StoreResult<()> {
        change!(self, |conn, queries| queries::events::release(conn, ids, lease_until)).map(|_| ())
    }

    /// Makes events that were published and never recorded due for publication again; tells how many. The first time
    /// after `patience`, then each time after as long again as the event was old.
    pub async fn republish_unrecorded(&self, patience: Duration, now: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::events::unrecorded_again(conn, patience, now))
    }

    /// Forgets events that were recorded, and records of them that are older than `inbox_before`.
    pub async fn forget_events(&self, before: Timestamp, inbox_before: Timestamp) -> StoreResult<usize> {
        let events: usize = change!(self, |conn, queries| queries::events::forget_recorded(conn, before))?;
        let records: usize =
            change!(self, |conn, queries| queries::events::forget_inbox(conn, inbox_before))?;
        Ok(events + records)
    }

    /// Messages that were set aside and not replayed, the newest first.
    pub async fn quarantined(&self, limit: i64) -> StoreResult<Vec<Quarantined>> {
        read!(self, |conn, queries| queries::events::quarantine_list(conn, limit))
    }

    /// Sends a message that was set aside through once more, as `event`; false when somebody has done so already.
    pub async fn replay(
        &self,
        message: &Quarantined,
        event: &OutboxEvent,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::events::replay(conn, message, event, now))
    }

    /// A message that was set aside.
    pub async fn quarantined_message(&self, id: QuarantineId) -> StoreResult<Option<Quarantined>> {
        read!(self, |conn, queries| queries::events::quarantined(conn, id))
    }

    /// The name of an event that is still remembered.
    pub async fn event_name(&self, id: EventId) -> StoreResult<Option<String>> {
        read!(self, |conn, queries| queries::events::name_of(conn, id))
    }
}
