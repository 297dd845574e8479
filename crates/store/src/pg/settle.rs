//! News of many deliveries or events in one statement each, whose text does not depend on how many there are.

use deskbell_domain::delivery::Resend;
use deskbell_domain::{EventId, Timestamp};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::delivery::{Attempt, Delivery};
use crate::types::sql::{Id, Instant};
use crate::types::{At, Key};

/// Writes how attempts stand.
pub(crate) async fn write_attempts(conn: &mut Conn, attempts: &[&Attempt]) -> QueryResult<()> {
    fn texts<'a>(
        attempts: &[&'a Attempt],
        text: impl Fn(&'a Attempt) -> &'a Option<String>,
    ) -> Vec<Option<&'a str>> {
        attempts.iter().map(|attempt| text(attempt).as_deref()).collect()
    }
    UpdateAttempts {
        ids: attempts.iter().map(|attempt| attempt.id.into()).collect(),
        ended_at: attempts.iter().map(|attempt| attempt.ended_at.map(At)).collect(),
        outcomes: texts(attempts, |attempt| &attempt.outcome),
        sids: texts(attempts, |attempt| &attempt.sid),
        statuses: texts(attempts, |attempt| &attempt.status),
        codes: attempts.iter().map(|attempt| attempt.code).collect(),
    }
    .execute(conn)
    .await
    .map(|_| ())
}

/// Writes where deliveries stand.
pub(crate) async fn write_deliveries(conn: &mut Conn, deliveries: &[&Delivery]) -> QueryResult<()> {
    UpdateDeliveries {
        ids: deliveries.iter().map(|delivery| delivery.id.into()).collect(),
        states: deliveries.iter().map(|delivery| delivery.state.as_str()).collect(),
        reasons: deliveries.iter().map(|delivery| delivery.reason.as_deref()).collect(),
        codes: deliveries.iter().map(|delivery| delivery.code).collect(),
        resends: deliveries.iter().map(|delivery| delivery.resend.map(Resend::as_str)).collect(),
        next_at: deliveries.iter().map(|delivery| delivery.next_at.map(At)).collect(),
        updated_at: deliveries.iter().map(|delivery| At(delivery.updated_at)).collect(),
    }
    .execute(conn)
    .await
    .map(|_| ())
}

/// Marks events as taken by the broker. Does not wait for the disk: what a crash of the database takes back is published
/// once more, and its consumers know it.
pub(crate) async fn mark_published(conn: &mut Conn, ids: &[EventId], now: Timestamp) -> QueryResult<()> {
    let ids = ids.iter().copied().map(Key::from).collect();
    MarkPublished { ids, now: At(now) }.execute(conn).await.map(|_| ())
}

struct UpdateAttempts<'a> {
    ids: Vec<Key>,
    ended_at: Vec<Option<At>>,
    outcomes: Vec<Option<&'a str>>,
    sids: Vec<Option<&'a str>>,
    statuses: Vec<Option<&'a str>>,
    codes: Vec<Option<i32>>,
}

struct UpdateDeliveries<'a> {
    ids: Vec<Key>,
    states: Vec<&'a str>,
    reasons: Vec<Option<&'a str>>,
    codes: Vec<Option<i32>>,
    resends: Vec<Option<&'a str>>,
    next_at: Vec<Option<At>>,
    updated_at: Vec<At>,
}

struct MarkPublished {
    ids: Vec<Key>,
    now: At,
}

impl QueryFragment<Pg> for UpdateAttempts<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE attempts AS a SET ended_at = n.ended_at, outcome = n.outcome, sid = n.sid, status = n.status, \
             code = n.code FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Instant>>, _>(&self.ended_at)?;
        for column in [&self.outcomes, &self.sids, &self.statuses] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Text>>, _>(column)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Integer>>, _>(&self.codes)?;
        out.push_sql(") AS n (id, ended_at, outcome, sid, status, code) WHERE a.id = n.id");
        Ok(())
    }
}

impl QueryFragment<Pg> for UpdateDeliveries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE deliveries AS d SET state = n.state, reason = n.reason, code = n.code, resend = n.resend, \
             next_at = n.next_at, updated_at = n.updated_at FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.states)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.reasons)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Integer>>, _>(&self.codes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.resends)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Instant>>, _>(&self.next_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Instant>, _>(&self.updated_at)?;
        out.push_sql(") AS n (id, state, reason, code, resend, next_at, updated_at) WHERE d.id = n.id");
        Ok(())
    }
}

impl QueryFragment<Pg> for MarkPublished {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH lazily AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)) \
             UPDATE outbox SET published_at = ",
        );
        out.push_bind_param::<Instant, _>(&self.now)?;
        out.push_sql(" FROM lazily WHERE id = ANY (");
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for UpdateAttempts<'_> {
    type QueryId = UpdateAttempts<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryId for UpdateDeliveries<'_> {
    type QueryId = UpdateDeliveries<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryId for MarkPublished {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
