//! A batch of messages in as few statements as there are kinds of it.
//!
//! The rows travel as arrays, one a column, and `unnest` turns them into rows again: the statement's text does not depend
//! on the number of rows, so that PostgreSQL parses and plans it once for each connection.

mod statement;

use std::collections::HashSet;

use deskbell_domain::{ConversationId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use self::statement::{EventColumns, InsertAppends, InsertEvents, InsertStarts};
use super::Conn;
use crate::ingest::{AppendPlan, ConversationState, StartConversation};
use crate::model::event::OutboxEvent;
use crate::schema::conversations;
use crate::types::{At, Key, MaybeAt, Named};

/// Conversation, message and event are one statement, which is a transaction by itself.
pub(crate) const STARTS_ARE_ONE_STATEMENT: bool = true;

/// Inserts conversations that are new, with their first messages and events; tells which ones were.
pub(crate) async fn insert_starts(
    conn: &mut Conn,
    starts: &[&StartConversation],
    lease_until: Timestamp,
) -> QueryResult<(HashSet<ConversationId>, Vec<OutboxEvent>)> {
    let events: Vec<OutboxEvent> = starts.iter().map(|start| start.raise.clone().into_event(1)).collect();
    let statement = InsertStarts::new(starts, &events, lease_until);
    let fresh: Vec<Key> = statement.get_results(conn).await?;
    let fresh: HashSet<ConversationId> = fresh.into_iter().map(Into::into).collect();
    let events = starts
        .iter()
        .zip(events)
        .filter(|(start, _)| fresh.contains(&start.conversation_id))
        .map(|(_, event)| event)
        .collect();
    Ok((fresh, events))
}

type LockedRow = (Key, Vec<u8>, Named, i64, At, MaybeAt, MaybeAt, MaybeAt);

/// Locks conversations in the order of their ids, so that two batches never wait for each other in a circle.
pub(crate) async fn lock_conversations(conn: &mut Conn, ids: &[Key]) -> QueryResult<Vec<ConversationState>> {
    let rows: Vec<LockedRow> = conversations::table
        .filter(conversations::id.eq_any(ids))
        .order(conversations::id)
        .select((
            conversations::id,
            conversations::token_hash,
            conversations::status,
            conversations::last_seq,
            conversations::last_message_at,
            conversations::waiting_since,
            conversations::urgent_since,
            conversations::unassigned_due_at,
        ))
        .for_update()
        .load(conn)
        .await?;
    rows.into_iter().map(state).collect()
}

fn state(row: LockedRow) -> QueryResult<ConversationState> {
    let (id, hash, status, last_seq, last_message_at, waiting_since, urgent_since, unassigned_due_at) = row;
    ConversationState::from_columns(
        id.into(),
        &hash,
        status,
        last_seq,
        [last_message_at.into()],
        [waiting_since.into(), urgent_since.into(), unassigned_due_at.into()],
    )
}

/// Writes what was decided under the locks.
pub(crate) async fn write_appends(
    conn: &mut Conn,
    plan: &AppendPlan,
    lease_until: Timestamp,
) -> QueryResult<()> {
    InsertAppends::new(plan).execute(conn).await?;
    if !plan.events.is_empty() {
        InsertEvents {
            events: EventColumns::new(&plan.events),
            created_at: At(plan.created_at),
            lease_until: At(lease_until),
        }
        .execute(conn)
        .await?;
    }
    Ok(())
}
