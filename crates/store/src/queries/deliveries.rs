//! Reading deliveries and attempts.

use std::collections::HashMap;

use deskbell_domain::{AttemptId, ConversationId, EventId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::lock_deliveries;
use super::{Conn, budgets};
use crate::model::delivery::{Attempt, Delivery, DeliveryFilter, NoticeHealth};
use crate::model::insert::URGENT_BELOW;
use crate::schema::{attempts, deliveries, outbox, quarantine};
use crate::types::{At, Key, MaybeAt};

const UNSETTLED: [&str; 3] = ["ready", "sending", "ambiguous"];

pub(crate) async fn lost_attempts(
    conn: &mut Conn,
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<AttemptId>> {
    let ids: Vec<Key> = deliveries::table
        .inner_join(attempts::table)
        .filter(deliveries::state.eq("sending"))
        .filter(deliveries::next_at.le(At(now)))
        .filter(attempts::number.eq(deliveries::attempts))
        .order(deliveries::next_at)
        .limit(limit)
        .select(attempts::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub(crate) async fn take_ambiguous(
    conn: &mut Conn,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> QueryResult<Vec<(Delivery, Attempt)>> {
    in_transaction!(conn, async |conn| {
        let due: Vec<Key> = deliveries::table
            .filter(deliveries::state.eq("ambiguous"))
            .filter(deliveries::next_at.le(At(now)))
            .order(deliveries::next_at)
            .limit(limit)
            .select(deliveries::id)
            .load(conn)
            .await?;
        let locked = lock_deliveries(conn, due).await?;
        let taken: Vec<Delivery> = locked
            .into_iter()
            .filter(|delivery| {
                delivery.state.as_str() == "ambiguous"
                    && delivery.next_at.is_some_and(|next_at| next_at <= now)
            })
            .collect();
        let ids: Vec<Key> = taken.iter().map(|delivery| delivery.id.into()).collect();
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids.clone())))
            .set(deliveries::next_at.eq(Some(At(lease_until))))
            .execute(conn)
            .await?;
        let latest: Vec<Attempt> = attempts::table
            .inner_join(deliveries::table)
            .filter(deliveries::id.eq_any(ids))
            .filter(attempts::number.eq(deliveries::attempts))
            .select(Attempt::as_select())
            .load(conn)
            .await?;
        let mut by_delivery: HashMap<_, _> =
            latest.into_iter().map(|attempt| (attempt.delivery_id.as_uuid(), attempt)).collect();
        Ok(taken
            .into_iter()
            .filter_map(|delivery| Some((by_delivery.remove(&delivery.id.as_uuid())?, delivery)))
            .map(|(attempt, delivery)| (delivery, attempt))
            .collect())
    })
    .await
}

pub(crate) async fn next_due_at(
    conn: &mut Conn,
    now: Timestamp,
    urgent_only: bool,
) -> QueryResult<Option<Timestamp>> {
    let least = if urgent_only { URGENT_BELOW } else { i32::MAX };
    let ready =
        || deliveries::table.filter(deliveries::state.eq("ready")).filter(deliveries::priority.lt(least));
    // There may be thousands that are due, and any of them will do.
    let due: Option<MaybeAt> = ready()
        .filter(deliveries::next_at.le(At(now)))
        .select(deliveries::next_at)
        .first(conn)
        .await
        .optional()?;
    if let Some(due) = due {
        return Ok(due.into());
    }
    let next: Option<At> = ready().select(diesel::dsl::min(deliveries::next_at)).first(conn).await?;
    Ok(next.map(Into::into))
}

pub(crate) async fn attempt(conn: &mut Conn, id: AttemptId) -> QueryResult<Option<(Attempt, Delivery)>> {
    attempts::table
        .inner_join(deliveries::table)
        .filter(attempts::id.eq(Key::from(id)))
        .select((Attempt::as_select(), Delivery::as_select()))
        .first(conn)
        .await
        .optional()
}

/// One delivery with its attempts, oldest first.
pub(crate) async fn attempts_of(conn: &mut Conn, ids: &[Key]) -> QueryResult<Vec<Attempt>> {
    attempts::table
        .filter(attempts::delivery_id.eq_any(ids.to_vec()))
        .order((attempts::delivery_id, attempts::number))
        .select(Attempt::as_select())
        .load(conn)
        .await
}

/// The log, newest first. Ids sort by time.
pub(crate) async fn list(conn: &mut Conn, filter: &DeliveryFilter, limit: i64) -> QueryResult<Vec<Delivery>> {
    let mut query = deliveries::table.select(Delivery::as_select()).into_boxed();
    if let Some(conversation) = filter.conversation_id {
        query = query.filter(deliveries::conversation_id.eq(Key::from(conversation)));
    }
    if let Some(state) = filter.state {
        query = query.filter(deliveries::state.eq(state.as_str()));
    }
    if let Some(before) = filter.before {
        query = query.filter(deliveries::id.lt(Key::from(before)));
    }
    query.order(deliveries::id.desc()).limit(limit).load(conn).await
}

/// Everything that was planned about a conversation, oldest first.
pub(crate) async fn of_conversation(
    conn: &mut Conn,
    id: ConversationId,
    limit: i64,
) -> QueryResult<Vec<Delivery>> {
    deliveries::table
        .filter(deliveries::conversation_id.eq(Key::from(id)))
        .order(deliveries::id)
        .limit(limit)
        .select(Delivery::as_select())
        .load(conn)
        .await
}

/// Everything that was planned for an event.
pub(crate) async fn of_event(conn: &mut Conn, id: EventId, limit: i64) -> QueryResult<Vec<Delivery>> {
    deliveries::table
        .filter(deliveries::event_id.eq(Key::from(id)))
        .order(deliveries::id)
        .limit(limit)
        .select(Delivery::as_select())
        .load(conn)
        .await
}

pub(crate) async fn health(conn: &mut Conn, now: Timestamp) -> QueryResult<NoticeHealth> {
    let due =
        deliveries::table.filter(deliveries::state.eq_any(UNSETTLED)).filter(deliveries::due_at.le(At(now)));
    let (oldest_due_at, unsettled): (Option<At>, i64) =
        due.select((diesel::dsl::min(deliveries::due_at), diesel::dsl::count_star())).first(conn).await?;
    let unknown = deliveries::table.filter(deliveries::state.eq("unknown")).count().get_result(conn).await?;
    let quarantined =
        quarantine::table.filter(quarantine::replayed_at.is_null()).count().get_result(conn).await?;
    let unpublished = outbox::table.filter(outbox::published_at.is_null()).count().get_result(conn).await?;
    Ok(NoticeHealth {
        oldest_due_at: oldest_due_at.map(Into::into),
        unsettled,
        unknown,
        quarantined,
        unpublished,
        circuit_until: budgets::open_circuit(conn, now).await?,
    })
}
