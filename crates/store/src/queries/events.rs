//! Events: outbox, inbox, quarantine.

use std::collections::HashSet;
use std::time::Duration;

use deskbell_domain::{EventId, QuarantineId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, admin, recipients};
use crate::model::delivery::NewDelivery;
use crate::model::event::{OutboxEvent, Quarantined};
use crate::model::insert::{DeliveryInsert, InboxInsert};
use crate::notices::{PlanEvent, RecordedEvent};
use crate::schema::{deliveries, inbox, outbox, quarantine as quarantined};
use crate::types::{At, Key, MaybeAt};

/// Inbox rows and deliveries in one transaction.
pub(crate) async fn record(
    conn: &mut Conn,
    consumer: &str,
    events: &[EventId],
    now: Timestamp,
    plan: &PlanEvent<'_>,
) -> QueryResult<Vec<RecordedEvent>> {
    in_transaction!(conn, async |conn| {
        let fresh = insert_inbox(conn, consumer, events, now).await?;
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let settings = admin::settings(conn).await?.settings;
        let people = recipients::list(conn).await?;
        let mut recorded = Vec::with_capacity(fresh.len());
        let mut rows = Vec::new();
        for event_id in fresh {
            let planned = plan(event_id, &settings, &people);
            recorded.push(RecordedEvent { event_id, deliveries: planned.len() });
            rows.extend(planned);
        }
        insert_deliveries(conn, &rows, now).await?;
        Ok(recorded)
    })
    .await
}

/// Those that were not there before, in the order given.
async fn insert_inbox(
    conn: &mut Conn,
    consumer: &str,
    events: &[EventId],
    now: Timestamp,
) -> QueryResult<Vec<EventId>> {
    let mut keys: Vec<Key> = events.iter().copied().map(Key::from).collect();
    keys.sort_unstable_by_key(|key| key.0);
    keys.dedup();
    let rows: Vec<_> =
        keys.into_iter().map(|event_id| InboxInsert { consumer, event_id, received_at: At(now) }).collect();
    let fresh: Vec<Key> = insert_rows!(conn, inbox::table, rows, inbox::event_id)?;
    let mut fresh: HashSet<Key> = fresh.into_iter().collect();
    Ok(events.iter().copied().filter(|event| fresh.remove(&Key::from(*event))).collect())
}

async fn insert_deliveries(conn: &mut Conn, rows: &[NewDelivery], now: Timestamp) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = rows.iter().map(|row| DeliveryInsert::new(row, now)).collect();
    insert_rows!(conn, deliveries::table, rows, deliveries::id)?;
    Ok(())
}

pub(crate) async fn quarantine(conn: &mut Conn, consumer: &str, message: &Quarantined) -> QueryResult<()> {
    in_transaction!(conn, async |conn| {
        diesel::insert_into(quarantined::table)
            .values((
                quarantined::id.eq(Key::from(message.id)),
                quarantined::received_at.eq(At(message.received_at)),
                quarantined::event_id.eq(message.event_id.map(Key::from)),
                quarantined::name.eq(&message.name),
                quarantined::reason.eq(&message.reason),
                quarantined::payload.eq(&message.payload),
            ))
            .execute(conn)
            .await?;
        if let Some(event_id) = message.event_id {
            insert_inbox(conn, consumer, &[event_id], message.received_at).await?;
        }
        Ok(())
    })
    .await
}

/// Messages set aside, the newest first.
pub(crate) async fn quarantine_list(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Quarantined>> {
    quarantined::table
        .filter(quarantined::replayed_at.is_null())
        .order(quarantined::received_at.desc())
        .limit(limit)
        .select(Quarantined::as_select())
        .load(conn)
        .await
}

/// Puts a message that was set aside back on its way; its inbox row goes, so that it counts as new.
pub(crate) async fn replay(
    conn: &mut Conn,
    message: &Quarantined,
    event: &OutboxEvent,
    now: Timestamp,
) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| replay_held(conn, message, event, now).await).await
}

/// The same within a transaction that holds more.
pub(crate) async fn replay_held(
    conn: &mut Conn,
    message: &Quarantined,
    event: &OutboxEvent,
    now: Timestamp,
) -> QueryResult<bool> {
    let marked = diesel::update(quarantined::table.filter(quarantined::id.eq(Key::from(message.id))))
        .filter(quarantined::replayed_at.is_null())
        .set(quarantined::replayed_at.eq(Some(At(now))))
        .execute(conn)
        .await?;
    if marked == 0 {
        return Ok(false);
    }
    diesel::delete(inbox::table.filter(inbox::event_id.eq(Key::from(event.id)))).execute(conn).await?;
    diesel::delete(outbox::table.filter(outbox::id.eq(Key::from(event.id)))).execute(conn).await?;
    insert_outbox(conn, event, now, now).await?;
    Ok(true)
}

/// Writes an event that goes with whatever else the transaction holds.
pub(crate) async fn insert_outbox(
    conn: &mut Conn,
    event: &OutboxEvent,
    created_at: Timestamp,
    lease_until: Timestamp,
) -> QueryResult<()> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(Key::from(event.id)),
            outbox::name.eq(&event.name),
            outbox::payload.eq(&event.payload),
            outbox::created_at.eq(At(created_at)),
            outbox::lease_until.eq(At(lease_until)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn reclaim(conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
    in_transaction!(conn, async |conn| {
        let recorded = inbox::table.filter(inbox::event_id.eq(outbox::id)).select(inbox::event_id);
        diesel::update(outbox::table.filter(diesel::dsl::not(diesel::dsl::exists(recorded))))
            .set((outbox::published_at.eq(None::<At>), outbox::lease_until.eq(At(now))))
            .execute(conn)
            .await?;
        diesel::update(deliveries::table.filter(deliveries::state.eq("sending")))
            .set(deliveries::next_at.eq(Some(At(now))))
            .execute(conn)
            .await?;
        Ok(())
    })
    .await
}

pub(crate) async fn release(conn: &mut Conn, ids: &[EventId], lease_until: Timestamp) -> QueryResult<usize> {
    let keys: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    diesel::update(outbox::table.filter(outbox::id.eq_any(keys)))
        .set(outbox::lease_until.eq(At(lease_until)))
        .execute(conn)
        .await
}

/// Most events that are made due again in one go.
const REPUBLISH_MAX: i64 = 1_000;

/// Published events that nobody has recorded are to be published again, with growing gaps.
pub(crate) async fn unrecorded_again(
    conn: &mut Conn,
    patience: Duration,
    now: Timestamp,
) -> QueryResult<usize> {
    let recorded = inbox::table.filter(inbox::event_id.eq(outbox::id)).select(inbox::event_id);
    let candidates: Vec<(Key, At, MaybeAt)> = outbox::table
        .filter(outbox::published_at.lt(At(now.minus(patience))))
        .filter(diesel::dsl::not(diesel::dsl::exists(recorded)))
        .order(outbox::published_at)
        .limit(REPUBLISH_MAX)
        .select((outbox::id, outbox::created_at, outbox::published_at))
        .load(conn)
        .await?;
    let due: Vec<Key> = candidates
        .into_iter()
        .filter(|(_, created_at, published_at)| {
            let published_at: Option<Timestamp> = (*published_at).into();
            published_at.is_some_and(|at| now.since(at) >= at.since(created_at.0).max(patience))
        })
        .map(|(id, ..)| id)
        .collect();
    if due.is_empty() {
        return Ok(0);
    }
    diesel::update(outbox::table.filter(outbox::id.eq_any(due)))
        .set((outbox::published_at.eq(None::<At>), outbox::lease_until.eq(At(now))))
        .execute(conn)
        .await
}

/// Forgets published events that were recorded.
pub(crate) async fn forget_recorded(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    let recorded = inbox::table.filter(inbox::event_id.eq(outbox::id)).select(inbox::event_id);
    diesel::delete(outbox::table)
        .filter(outbox::published_at.lt(At(before)))
        .filter(diesel::dsl::exists(recorded))
        .execute(conn)
        .await
}

/// Forgets recorded events long after they could come again.
pub(crate) async fn forget_inbox(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    let pending = outbox::table.filter(outbox::id.eq(inbox::event_id)).select(outbox::id);
    diesel::delete(inbox::table)
        .filter(inbox::received_at.lt(At(before)))
        .filter(diesel::dsl::not(diesel::dsl::exists(pending)))
        .execute(conn)
        .await
}

/// The name of an event that is still remembered.
pub(crate) async fn name_of(conn: &mut Conn, id: EventId) -> QueryResult<Option<String>> {
    outbox::table.filter(outbox::id.eq(Key::from(id))).select(outbox::name).first(conn).await.optional()
}

/// A message that was set aside.
pub(crate) async fn quarantined(conn: &mut Conn, id: QuarantineId) -> QueryResult<Option<Quarantined>> {
    quarantined::table
        .filter(quarantined::id.eq(Key::from(id)))
        .select(Quarantined::as_select())
        .first(conn)
        .await
        .optional()
}
