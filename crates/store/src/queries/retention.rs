//! Forgetting what is older than it may be.

use deskbell_domain::Timestamp;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::schema::{audit, conversations, deliveries, links, quarantine, sessions};
use crate::types::{At, Key};

/// Forgets some conversations whose last message is older, with all that belongs to them; tells how many.
pub(crate) async fn forget_conversations(
    conn: &mut Conn,
    before: Timestamp,
    limit: i64,
) -> QueryResult<usize> {
    in_transaction!(conn, async |conn| {
        let old: Vec<Key> = conversations::table
            .filter(conversations::last_message_at.lt(At(before)))
            .order(conversations::last_message_at)
            .limit(limit)
            .select(conversations::id)
            .load(conn)
            .await?;
        // Asked once more, for a message may have come in meanwhile.
        let old: Vec<Key> = diesel::delete(conversations::table.filter(conversations::id.eq_any(old)))
            .filter(conversations::last_message_at.lt(At(before)))
            .returning(conversations::id)
            .get_results(conn)
            .await?;
        let told = deliveries::table.filter(deliveries::conversation_id.eq_any(old.clone()));
        diesel::delete(told).execute(conn).await?;
        let opened = links::table.filter(links::conversation_id.eq_any(old.clone()));
        diesel::delete(opened).execute(conn).await?;
        let open = sessions::table.filter(sessions::conversation_id.eq_any(old.clone()));
        diesel::delete(open).execute(conn).await?;
        Ok(old.len())
    })
    .await
}

/// Forgets settled deliveries with their attempts.
pub(crate) async fn forget_deliveries(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(deliveries::table)
        .filter(deliveries::created_at.lt(At(before)))
        .filter(deliveries::state.ne_all(["ready", "sending", "ambiguous"]))
        .execute(conn)
        .await
}

pub(crate) async fn forget_audit(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(audit::table.filter(audit::at.lt(At(before)))).execute(conn).await
}

/// Forgets links that opened nothing any more at that time.
pub(crate) async fn forget_links(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(links::table.filter(links::expires_at.lt(At(before)))).execute(conn).await
}

/// Forgets messages that were set aside and replayed since.
pub(crate) async fn forget_replayed(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(quarantine::table.filter(quarantine::replayed_at.lt(At(before)))).execute(conn).await
}
