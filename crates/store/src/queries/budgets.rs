//! The sender's budget row, which everybody who sends takes a lock on first.

use deskbell_domain::Timestamp;
use deskbell_domain::budget::SenderBudget;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::schema::sender_budgets::dsl;
use crate::types::{At, MaybeAt};

/// Reads the budget and holds its row until the transaction ends. An update that changes nothing is the lock that both
/// databases know.
pub(crate) async fn lock(conn: &mut Conn, sender: &str) -> QueryResult<SenderBudget> {
    if let Some(budget) = touch(conn, sender).await? {
        return Ok(budget);
    }
    let unused = SenderBudget::unused();
    diesel::insert_into(dsl::sender_budgets)
        .values((
            dsl::sender.eq(sender),
            dsl::next_free_at.eq(At(unused.next_free_at)),
            dsl::day.eq(unused.day),
            dsl::segments.eq(0),
        ))
        .on_conflict(dsl::sender)
        .do_nothing()
        .execute(conn)
        .await?;
    touch(conn, sender).await?.ok_or(diesel::result::Error::NotFound)
}

async fn touch(conn: &mut Conn, sender: &str) -> QueryResult<Option<SenderBudget>> {
    let row: Option<(At, i64, i32, MaybeAt)> =
        diesel::update(dsl::sender_budgets.filter(dsl::sender.eq(sender)))
            .set(dsl::sender.eq(sender))
            .returning((dsl::next_free_at, dsl::day, dsl::segments, dsl::circuit_until))
            .get_result(conn)
            .await
            .optional()?;
    Ok(row.map(|(next_free_at, day, segments, circuit_until)| SenderBudget {
        next_free_at: next_free_at.into(),
        day,
        segments: u32::try_from(segments).unwrap_or(0),
        circuit_until: circuit_until.into(),
    }))
}

/// Writes the budget back.
pub(crate) async fn save(conn: &mut Conn, sender: &str, budget: &SenderBudget) -> QueryResult<()> {
    let row = dsl::sender_budgets.filter(dsl::sender.eq(sender));
    diesel::update(row)
        .set((
            dsl::next_free_at.eq(At(budget.next_free_at)),
            dsl::day.eq(budget.day),
            dsl::segments.eq(i32::try_from(budget.segments).unwrap_or(i32::MAX)),
            dsl::circuit_until.eq(budget.circuit_until.map(At)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes which of the provider's errors has opened the circuit.
pub(crate) async fn note_code(conn: &mut Conn, sender: &str, code: Option<u32>) -> QueryResult<usize> {
    diesel::update(dsl::sender_budgets.filter(dsl::sender.eq(sender)))
        .set(dsl::circuit_code.eq(code.and_then(|code| i32::try_from(code).ok())))
        .execute(conn)
        .await
}

/// Until when any sender's circuit is open.
pub(crate) async fn open_circuit(conn: &mut Conn, now: Timestamp) -> QueryResult<Option<Timestamp>> {
    let until: Option<At> = dsl::sender_budgets
        .filter(dsl::circuit_until.gt(At(now)))
        .select(diesel::dsl::max(dsl::circuit_until))
        .first(conn)
        .await?;
    Ok(until.map(Into::into))
}
