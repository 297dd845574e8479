//! The one place where a delivery moves after it was claimed.

use std::collections::HashMap;

use deskbell_domain::budget::SenderBudget;
use deskbell_domain::delivery::{Effect, Progress, Transition};
use deskbell_domain::{AttemptId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::lock_deliveries;
use super::{Conn, budgets};
use crate::model::delivery::{Attempt, Delivery};
use crate::notices::Change;
use crate::schema::{attempts, deliveries, recipients};
use crate::types::{At, Key};

pub(crate) async fn apply(
    conn: &mut Conn,
    sender: &str,
    changes: &[Change],
) -> QueryResult<Vec<Option<Progress>>> {
    in_transaction!(conn, async |conn| {
        let ids: Vec<Key> = changes.iter().map(|change| change.attempt_id.into()).collect();
        let known: Vec<Attempt> =
            attempts::table.filter(attempts::id.eq_any(ids)).select(Attempt::as_select()).load(conn).await?;
        let by_id: HashMap<AttemptId, Attempt> =
            known.into_iter().map(|attempt| (attempt.id, attempt)).collect();
        let mut locked = lock(conn, by_id.values()).await?;
        let mut money = Money::default();
        let mut answers = Vec::with_capacity(changes.len());
        for change in changes {
            let Some(attempt) = by_id.get(&change.attempt_id) else {
                answers.push(None);
                continue;
            };
            let Some(delivery) = locked.get_mut(&attempt.delivery_id.as_uuid()) else {
                answers.push(None);
                continue;
            };
            let transition = (change.decide)(&delivery.progress(), attempt.number == delivery.attempts);
            write_attempt(conn, attempt, change, transition.is_some()).await?;
            if let Some(transition) = transition {
                move_delivery(conn, delivery, &transition, change.now).await?;
                money.note(&transition, attempt);
            }
            answers.push(Some(delivery.progress()));
        }
        money.settle(conn, sender).await?;
        Ok(answers)
    })
    .await
}

async fn lock<'a>(
    conn: &mut Conn,
    attempts: impl Iterator<Item = &'a Attempt>,
) -> QueryResult<HashMap<uuid::Uuid, Delivery>> {
    let mut ids: Vec<Key> = attempts.map(|attempt| attempt.delivery_id.into()).collect();
    ids.sort_unstable_by_key(|key| key.0);
    ids.dedup();
    let rows = lock_deliveries(conn, ids).await?;
    Ok(rows.into_iter().map(|delivery| (delivery.id.as_uuid(), delivery)).collect())
}

async fn write_attempt(conn: &mut Conn, attempt: &Attempt, change: &Change, moved: bool) -> QueryResult<()> {
    let end = &change.end;
    let ended_at = attempt.ended_at.or_else(|| end.outcome.map(|_| change.now));
    let news = moved || attempt.status.is_none();
    let status = if news { end.status.as_ref().or(attempt.status.as_ref()) } else { attempt.status.as_ref() };
    let code = end.code.and_then(|code| i32::try_from(code).ok()).or(attempt.code);
    diesel::update(attempts::table.filter(attempts::id.eq(Key::from(attempt.id))))
        .set((
            attempts::ended_at.eq(ended_at.map(At)),
            attempts::outcome.eq(end.outcome.or(attempt.outcome.as_deref())),
            attempts::sid.eq(end.sid.as_ref().or(attempt.sid.as_ref())),
            attempts::status.eq(status),
            attempts::code.eq(code),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn move_delivery(
    conn: &mut Conn,
    delivery: &mut Delivery,
    transition: &Transition,
    now: Timestamp,
) -> QueryResult<()> {
    delivery.state = transition.state;
    delivery.resend = transition.resend.or(delivery.resend);
    delivery.code = transition.code.and_then(|code| i32::try_from(code).ok()).or(delivery.code);
    delivery.next_at = transition.next_at;
    diesel::update(deliveries::table.filter(deliveries::id.eq(Key::from(delivery.id))))
        .set((
            deliveries::state.eq(delivery.state.as_str()),
            deliveries::reason.eq(transition.reason),
            deliveries::code.eq(delivery.code),
            deliveries::resend.eq(delivery.resend.map(deskbell_domain::delivery::Resend::as_str)),
            deliveries::next_at.eq(delivery.next_at.map(At)),
            deliveries::updated_at.eq(At(now)),
        ))
        .execute(conn)
        .await?;
    if let (Effect::DisableRecipient(reason), Some(recipient)) = (transition.effect, delivery.recipient_id) {
        diesel::update(recipients::table)
            .filter(recipients::id.eq(Key::from(recipient)))
            .filter(recipients::phone.eq(&delivery.phone))
            .set(recipients::disabled_reason.eq(Some(reason)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// What a batch of transitions means for the sender's budget, whose row is locked last.
#[derive(Default)]
struct Money {
    refunds: Vec<(u32, Timestamp)>,
    circuit: Option<(Timestamp, Option<u32>)>,
}

impl Money {
    fn note(&mut self, transition: &Transition, attempt: &Attempt) {
        if transition.refund {
            self.refunds.push((u32::try_from(attempt.segments).unwrap_or(0), attempt.started_at));
        }
        if let Effect::OpenCircuit(until) = transition.effect {
            self.circuit = Some((until, transition.code));
        }
    }

    async fn settle(&self, conn: &mut Conn, sender: &str) -> QueryResult<()> {
        if self.refunds.is_empty() && self.circuit.is_none() {
            return Ok(());
        }
        let mut budget: SenderBudget = budgets::lock(conn, sender).await?;
        for (segments, reserved_at) in &self.refunds {
            budget.refund(*segments, *reserved_at);
        }
        let code = self.circuit.and_then(|(_, code)| code);
        if let Some((until, _)) = self.circuit {
            budget.circuit_until = budget.circuit_until.max(Some(until));
        }
        budgets::save(conn, sender, &budget, code).await
    }
}
