//! The one place where a delivery moves after it was claimed.

use std::collections::{BTreeMap, HashMap, HashSet};

use deskbell_domain::budget::SenderBudget;
use deskbell_domain::delivery::{Effect, Progress, Transition};
use deskbell_domain::{AttemptId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::super::{lock_deliveries, write_attempts, write_deliveries};
use super::{Conn, budgets};
use crate::model::delivery::{Attempt, Delivery};
use crate::notices::Change;
use crate::schema::{attempts, recipients};
use crate::types::Key;

pub(crate) async fn apply(
    conn: &mut Conn,
    sender: &str,
    changes: &[Change],
) -> QueryResult<Vec<Option<Progress>>> {
    in_transaction!(conn, async |conn| {
        let ids: Vec<Key> = changes.iter().map(|change| change.attempt_id.into()).collect();
        let mut locked = lock(conn, &ids).await?;
        // Read under the locks: news that arrived meanwhile is in them.
        let known: Vec<Attempt> =
            attempts::table.filter(attempts::id.eq_any(ids)).select(Attempt::as_select()).load(conn).await?;
        let mut by_id: HashMap<AttemptId, Attempt> =
            known.into_iter().map(|attempt| (attempt.id, attempt)).collect();
        let mut consequences = Consequences::default();
        let (mut ended, mut moved) = (HashSet::new(), HashSet::new());
        let mut answers = Vec::with_capacity(changes.len());
        for change in changes {
            let Some(attempt) = by_id.get_mut(&change.attempt_id) else {
                answers.push(None);
                continue;
            };
            let Some(delivery) = locked.get_mut(&attempt.delivery_id.as_uuid()) else {
                answers.push(None);
                continue;
            };
            let transition = (change.decide)(&delivery.progress(), attempt.number == delivery.attempts);
            end_attempt(attempt, change, transition.is_some());
            ended.insert(attempt.id);
            if let Some(transition) = transition {
                move_delivery(delivery, &transition, change.now);
                moved.insert(delivery.id);
                consequences.note(&transition, delivery, attempt);
            }
            answers.push(Some(delivery.progress()));
        }
        let ended: Vec<_> = by_id.values().filter(|attempt| ended.contains(&attempt.id)).collect();
        write_attempts(conn, &ended).await?;
        let moved: Vec<_> = locked.values().filter(|delivery| moved.contains(&delivery.id)).collect();
        write_deliveries(conn, &moved).await?;
        consequences.write(conn, sender).await?;
        Ok(answers)
    })
    .await
}

/// Locks the deliveries that attempts serve, in the order of their ids.
async fn lock(conn: &mut Conn, attempt_ids: &[Key]) -> QueryResult<HashMap<Uuid, Delivery>> {
    let ids: Vec<Key> = attempts::table
        .filter(attempts::id.eq_any(attempt_ids.to_vec()))
        .select(attempts::delivery_id)
        .distinct()
        .load(conn)
        .await?;
    let rows = lock_deliveries(conn, ids).await?;
    Ok(rows.into_iter().map(|delivery| (delivery.id.as_uuid(), delivery)).collect())
}

fn end_attempt(attempt: &mut Attempt, change: &Change, moved: bool) {
    let end = change.end.clone();
    attempt.ended_at = attempt.ended_at.or_else(|| end.outcome.map(|_| change.now));
    attempt.outcome = end.outcome.map(str::to_owned).or(attempt.outcome.take());
    attempt.sid = end.sid.or(attempt.sid.take());
    attempt.code = end.code.and_then(|code| i32::try_from(code).ok()).or(attempt.code);
    if moved || attempt.status.is_none() {
        attempt.status = end.status.or(attempt.status.take());
    }
}

fn move_delivery(delivery: &mut Delivery, transition: &Transition, now: Timestamp) {
    delivery.state = transition.state;
    delivery.reason = transition.reason.map(str::to_owned);
    delivery.resend = transition.resend.or(delivery.resend);
    delivery.code = transition.code.and_then(|code| i32::try_from(code).ok()).or(delivery.code);
    delivery.next_at = transition.next_at;
    delivery.updated_at = now;
}

/// What a batch of transitions means beyond its deliveries. Written after them and in one order (recipients by id, then
/// the sender's budget), so that no two batches wait for each other.
#[derive(Default)]
struct Consequences {
    disabled: BTreeMap<(Uuid, String), &'static str>,
    refunds: Vec<(u32, Timestamp)>,
    circuit: Option<(Timestamp, Option<u32>)>,
}

impl Consequences {
    fn note(&mut self, transition: &Transition, delivery: &Delivery, attempt: &Attempt) {
        if transition.refund {
            self.refunds.push((u32::try_from(attempt.segments).unwrap_or(0), attempt.started_at));
        }
        match (transition.effect, delivery.recipient_id) {
            (Effect::OpenCircuit(until), _) => self.circuit = Some((until, transition.code)),
            (Effect::DisableRecipient(reason), Some(recipient)) => {
                self.disabled.insert((recipient.as_uuid(), delivery.phone.clone()), reason);
            }
            (Effect::DisableRecipient(_), None) | (Effect::None, _) => {}
        }
    }

    async fn write(&self, conn: &mut Conn, sender: &str) -> QueryResult<()> {
        for ((recipient, phone), reason) in &self.disabled {
            diesel::update(recipients::table)
                .filter(recipients::id.eq(Key(*recipient)))
                .filter(recipients::phone.eq(phone))
                .set(recipients::disabled_reason.eq(Some(*reason)))
                .execute(conn)
                .await?;
        }
        self.settle(conn, sender).await
    }

    async fn settle(&self, conn: &mut Conn, sender: &str) -> QueryResult<()> {
        if self.refunds.is_empty() && self.circuit.is_none() {
            return Ok(());
        }
        let mut budget: SenderBudget = budgets::lock(conn, sender).await?;
        for (segments, reserved_at) in &self.refunds {
            budget.refund(*segments, *reserved_at);
        }
        if let Some((until, code)) = self.circuit {
            budget.circuit_until = budget.circuit_until.max(Some(until));
            budgets::note_code(conn, sender, code).await?;
        }
        budgets::save(conn, sender, &budget).await
    }
}
