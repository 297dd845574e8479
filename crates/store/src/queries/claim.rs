//! Claiming what is due: budget reserved and attempt committed before any request.

use deskbell_domain::Timestamp;
use deskbell_domain::budget::{Admission, SenderBudget};
use deskbell_domain::notice::NoticeKind;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::select_due;
use super::{Conn, admin, budgets};
use crate::model::delivery::{Delivery, NewAttempt};
use crate::model::insert::{AttemptInsert, LinkInsert};
use crate::notices::{Claim, ClaimRequest, ClaimedAttempt};
use crate::schema::{attempts, deliveries, links};
use crate::types::{At, Key};

/// Candidates that do not fit stay as they are; so do those for which the budget has no time yet.
#[derive(Default)]
struct Sorted {
    granted: Vec<(Delivery, NewAttempt)>,
    capped: Vec<Key>,
    expired: Vec<Key>,
    wait_until: Option<Timestamp>,
}

pub(crate) async fn claim(conn: &mut Conn, request: &ClaimRequest<'_>) -> QueryResult<Claim> {
    in_transaction!(conn, async |conn| {
        let mut budget = budgets::lock(conn, request.sender).await?;
        let candidates = select_due(
            conn,
            request.now,
            request.urgent_only,
            i64::try_from(request.limit).unwrap_or(i64::MAX),
        )
        .await?;
        if candidates.is_empty() {
            return Ok(Claim::default());
        }
        let cap = admin::daily_cap(conn).await?;
        let sorted = sort(candidates, &mut budget, request, cap);
        write(conn, &sorted, request).await?;
        budgets::save(conn, request.sender, &budget).await?;
        Ok(Claim {
            given_up: sorted.capped.len() + sorted.expired.len(),
            wait_until: sorted.wait_until,
            attempts: sorted
                .granted
                .into_iter()
                .map(|(delivery, attempt)| ClaimedAttempt {
                    delivery,
                    attempt_id: attempt.id,
                    body: attempt.body,
                    lease_until: request.lease_until,
                })
                .collect(),
        })
    })
    .await
}

fn sort(
    candidates: Vec<Delivery>,
    budget: &mut SenderBudget,
    request: &ClaimRequest<'_>,
    cap: u32,
) -> Sorted {
    let mut sorted = Sorted::default();
    let rules = request.rules(cap);
    for delivery in candidates {
        if delivery.due_at < request.expired_before {
            sorted.expired.push(delivery.id.into());
            continue;
        }
        let attempt = (request.prepare)(&delivery);
        let urgent = delivery.kind.is_urgent() || delivery.kind == NoticeKind::Test;
        match budget.admit(attempt.segments, urgent, &rules, request.now) {
            Admission::Granted => sorted.granted.push((delivery, attempt)),
            Admission::CapReached => sorted.capped.push(delivery.id.into()),
            Admission::Wait(until) => {
                sorted.wait_until = Some(until);
                break;
            }
        }
    }
    sorted
}

async fn write(conn: &mut Conn, sorted: &Sorted, request: &ClaimRequest<'_>) -> QueryResult<()> {
    give_up(conn, &sorted.capped, ("suppressed", "daily_cap"), request.now).await?;
    give_up(conn, &sorted.expired, ("failed", "too_old"), request.now).await?;
    if sorted.granted.is_empty() {
        return Ok(());
    }
    let ids: Vec<Key> = sorted.granted.iter().map(|(delivery, _)| delivery.id.into()).collect();
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
        .set((
            deliveries::state.eq("sending"),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::next_at.eq(Some(At(request.lease_until))),
            deliveries::updated_at.eq(At(request.now)),
        ))
        .execute(conn)
        .await?;
    insert_attempts(conn, &sorted.granted, request.now).await?;
    insert_links(conn, &sorted.granted).await
}

async fn give_up(conn: &mut Conn, ids: &[Key], end: (&str, &str), now: Timestamp) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids.to_vec())))
        .set((
            deliveries::state.eq(end.0),
            deliveries::reason.eq(Some(end.1)),
            deliveries::next_at.eq(None::<At>),
            deliveries::updated_at.eq(At(now)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_attempts(
    conn: &mut Conn,
    granted: &[(Delivery, NewAttempt)],
    now: Timestamp,
) -> QueryResult<()> {
    let rows: Vec<_> =
        granted.iter().map(|(delivery, attempt)| AttemptInsert::new(delivery, attempt, now)).collect();
    insert_rows!(conn, attempts::table, rows, attempts::id)?;
    Ok(())
}

async fn insert_links(conn: &mut Conn, granted: &[(Delivery, NewAttempt)]) -> QueryResult<()> {
    let rows: Vec<_> =
        granted.iter().filter_map(|(delivery, attempt)| LinkInsert::new(delivery, attempt)).collect();
    if !rows.is_empty() {
        insert_rows!(conn, links::table, rows, links::attempt_id)?;
    }
    Ok(())
}
