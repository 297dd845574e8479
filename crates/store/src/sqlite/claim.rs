//! Taking due work: the one writer needs no locks but its transaction.

use deskbell_domain::Timestamp;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, transaction};
use crate::model::conversation::Conversation;
use crate::model::delivery::Delivery;
use crate::model::event::OutboxEvent;
use crate::model::insert::URGENT_BELOW;
use crate::schema::{conversations, deliveries, outbox};
use crate::types::{At, Key};

/// Reads deliveries; the transaction holds the only write lock there is.
pub(crate) async fn lock_deliveries(conn: &mut Conn, ids: Vec<Key>) -> QueryResult<Vec<Delivery>> {
    deliveries::table.filter(deliveries::id.eq_any(ids)).select(Delivery::as_select()).load(conn).await
}

/// Deliveries that are due, the most important first.
pub(crate) async fn select_due(
    conn: &mut Conn,
    now: Timestamp,
    urgent_only: bool,
    limit: i64,
) -> QueryResult<Vec<Delivery>> {
    let least = if urgent_only { URGENT_BELOW } else { i32::MAX };
    deliveries::table
        .filter(deliveries::state.eq("ready"))
        .filter(deliveries::next_at.le(At(now)))
        .filter(deliveries::priority.lt(least))
        .order((deliveries::priority, deliveries::next_at))
        .limit(limit)
        .select(Delivery::as_select())
        .load(conn)
        .await
}

/// Conversations that have been waiting too long.
pub(crate) async fn select_unassigned(
    conn: &mut Conn,
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<(Conversation, i32)>> {
    conversations::table
        .filter(conversations::unassigned_due_at.le(At(now)))
        .order(conversations::unassigned_due_at)
        .limit(limit)
        .select((Conversation::as_select(), conversations::unassigned_repeat))
        .load(conn)
        .await
}

/// Events that are written and not published, and that nobody holds a lease on.
pub(crate) async fn take_outbox(
    conn: &mut Conn,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> QueryResult<Vec<OutboxEvent>> {
    transaction(conn, async |conn| {
        let events: Vec<OutboxEvent> = outbox::table
            .filter(outbox::published_at.is_null())
            .filter(outbox::lease_until.le(At(now)))
            .order(outbox::lease_until)
            .limit(limit)
            .select(OutboxEvent::as_select())
            .load(conn)
            .await?;
        let ids: Vec<Key> = events.iter().map(|event| event.id.into()).collect();
        diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
            .set(outbox::lease_until.eq(At(lease_until)))
            .execute(conn)
            .await?;
        Ok(events)
    })
    .await
}
