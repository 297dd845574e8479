//! A batch of messages, row by row inside the one transaction of the one writer.

use std::collections::HashSet;

use deskbell_domain::{ConversationId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::ingest::{AppendPlan, ConversationState, StartConversation};
use crate::model::conversation::Message;
use crate::model::event::OutboxEvent;
use crate::schema::{conversations, messages, outbox};
use crate::types::{At, Key, MaybeAt, Named};

/// Conversation, message and event are several statements here.
pub(crate) const STARTS_ARE_ONE_STATEMENT: bool = false;

/// Inserts conversations that are new, with their first messages and events; tells which ones were.
pub(crate) async fn insert_starts(
    conn: &mut Conn,
    starts: &[&StartConversation],
    lease_until: Timestamp,
) -> QueryResult<(HashSet<ConversationId>, Vec<OutboxEvent>)> {
    let (mut fresh, mut events) = (HashSet::new(), Vec::new());
    for start in starts {
        if insert_conversation(conn, start).await? == 0 {
            continue;
        }
        insert_message(conn, &start.first_message()).await?;
        let event = start.raise.clone().into_event(1);
        insert_event(conn, &event, start.now, lease_until).await?;
        fresh.insert(start.conversation_id);
        events.push(event);
    }
    Ok((fresh, events))
}

async fn insert_conversation(conn: &mut Conn, start: &StartConversation) -> QueryResult<usize> {
    use conversations::dsl;
    let visitor = &start.visitor;
    diesel::insert_into(dsl::conversations)
        .values((
            dsl::id.eq(Key::from(start.conversation_id)),
            dsl::start_client_message_id.eq(Key::from(start.client_message_id)),
            dsl::token_hash.eq(start.token_hash.as_bytes().as_slice()),
            dsl::status.eq("waiting"),
            dsl::name.eq(visitor.name.as_deref()),
            dsl::email.eq(visitor.email.as_deref()),
            dsl::phone.eq(visitor.phone.as_deref()),
            dsl::page_url.eq(visitor.page_url.as_deref()),
            dsl::locale.eq(visitor.locale.as_deref()),
            dsl::created_at.eq(At(start.now)),
            dsl::last_seq.eq(1_i64),
            dsl::last_message_at.eq(At(start.now)),
            dsl::waiting_since.eq(Some(At(start.now))),
            dsl::urgent_since.eq(start.urgent.then_some(At(start.now))),
            dsl::unassigned_due_at.eq(start.unassigned_due_at.map(At)),
            dsl::unassigned_repeat.eq(0),
        ))
        .on_conflict(dsl::start_client_message_id)
        .do_nothing()
        .execute(conn)
        .await
}

async fn insert_message(conn: &mut Conn, message: &Message) -> QueryResult<usize> {
    use messages::dsl;
    diesel::insert_into(dsl::messages)
        .values((
            dsl::conversation_id.eq(Key::from(message.conversation_id)),
            dsl::seq.eq(message.seq),
            dsl::id.eq(Key::from(message.id)),
            dsl::author.eq(message.author.as_str()),
            dsl::client_message_id.eq(Key::from(message.client_message_id)),
            dsl::body.eq(&message.body),
            dsl::created_at.eq(At(message.created_at)),
        ))
        .execute(conn)
        .await
}

async fn insert_event(
    conn: &mut Conn,
    event: &OutboxEvent,
    created_at: Timestamp,
    lease_until: Timestamp,
) -> QueryResult<usize> {
    use outbox::dsl;
    diesel::insert_into(dsl::outbox)
        .values((
            dsl::id.eq(Key::from(event.id)),
            dsl::name.eq(&event.name),
            dsl::payload.eq(&event.payload),
            dsl::created_at.eq(At(created_at)),
            dsl::lease_until.eq(At(lease_until)),
        ))
        .execute(conn)
        .await
}

type LockedRow = (Key, Vec<u8>, Named, i64, At, MaybeAt, MaybeAt, MaybeAt);

/// Reads conversations; the transaction holds the only write lock there is.
pub(crate) async fn lock_conversations(conn: &mut Conn, ids: &[Key]) -> QueryResult<Vec<ConversationState>> {
    use conversations::dsl;
    let rows: Vec<LockedRow> = dsl::conversations
        .filter(dsl::id.eq_any(ids.to_vec()))
        .select((
            dsl::id,
            dsl::token_hash,
            dsl::status,
            dsl::last_seq,
            dsl::last_message_at,
            dsl::waiting_since,
            dsl::urgent_since,
            dsl::unassigned_due_at,
        ))
        .load(conn)
        .await?;
    rows.into_iter()
        .map(|(id, hash, status, seq, at, waiting, urgent, due)| {
            let times = [waiting.into(), urgent.into(), due.into()];
            ConversationState::from_columns(id.into(), &hash, status, seq, [at.into()], times)
        })
        .collect()
}

/// Writes what was decided.
pub(crate) async fn write_appends(
    conn: &mut Conn,
    plan: &AppendPlan,
    lease_until: Timestamp,
) -> QueryResult<()> {
    for message in &plan.messages {
        insert_message(conn, message).await?;
    }
    for state in &plan.conversations {
        update_conversation(conn, state).await?;
    }
    for event in &plan.events {
        insert_event(conn, event, plan.created_at, lease_until).await?;
    }
    Ok(())
}

async fn update_conversation(conn: &mut Conn, state: &ConversationState) -> QueryResult<usize> {
    use conversations::dsl;
    diesel::update(dsl::conversations.filter(dsl::id.eq(Key::from(state.id))))
        .set((
            dsl::status.eq(state.status.as_str()),
            dsl::last_seq.eq(state.last_seq),
            dsl::last_message_at.eq(At(state.last_message_at)),
            dsl::waiting_since.eq(state.waiting_since.map(At)),
            dsl::urgent_since.eq(state.urgent_since.map(At)),
            dsl::unassigned_due_at.eq(state.unassigned_due_at.map(At)),
            dsl::closed_at.eq(None::<At>),
        ))
        .execute(conn)
        .await
}
