//! News of deliveries and events, row by row: there is no network between.

use deskbell_domain::{EventId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::delivery::{Attempt, Delivery};
use crate::schema::{attempts, deliveries, outbox};
use crate::types::{At, Key};

/// Writes how attempts stand.
pub(crate) async fn write_attempts(conn: &mut Conn, ended: &[&Attempt]) -> QueryResult<()> {
    for attempt in ended {
        diesel::update(attempts::table.filter(attempts::id.eq(Key::from(attempt.id))))
            .set((
                attempts::ended_at.eq(attempt.ended_at.map(At)),
                attempts::outcome.eq(&attempt.outcome),
                attempts::sid.eq(&attempt.sid),
                attempts::status.eq(&attempt.status),
                attempts::code.eq(attempt.code),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Writes where deliveries stand.
pub(crate) async fn write_deliveries(conn: &mut Conn, moved: &[&Delivery]) -> QueryResult<()> {
    for delivery in moved {
        diesel::update(deliveries::table.filter(deliveries::id.eq(Key::from(delivery.id))))
            .set((
                deliveries::state.eq(delivery.state.as_str()),
                deliveries::reason.eq(&delivery.reason),
                deliveries::code.eq(delivery.code),
                deliveries::resend.eq(delivery.resend.map(deskbell_domain::delivery::Resend::as_str)),
                deliveries::next_at.eq(delivery.next_at.map(At)),
                deliveries::updated_at.eq(At(delivery.updated_at)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Marks events as taken by the bus.
pub(crate) async fn mark_published(conn: &mut Conn, ids: &[EventId], now: Timestamp) -> QueryResult<()> {
    let keys: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    diesel::update(outbox::table.filter(outbox::id.eq_any(keys)))
        .set(outbox::published_at.eq(Some(At(now))))
        .execute(conn)
        .await?;
    Ok(())
}
