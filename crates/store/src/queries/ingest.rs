//! A batch of visitors' messages in one transaction.

use std::collections::HashMap;

use deskbell_domain::ClientMessageId;
use deskbell_domain::token::TokenHash;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::{STARTS_ARE_ONE_STATEMENT, insert_starts, lock_conversations, write_appends};
use super::Conn;
use crate::ingest::{
    Append, Batch, Committed, IngestError, Ingested, Outcome, StartConversation, decide_appends,
};
use crate::model::conversation::Message;
use crate::schema::{conversations, messages};
use crate::types::Key;

/// Writes the whole batch, or nothing.
pub(crate) async fn commit(conn: &mut Conn, batch: Batch) -> QueryResult<Committed> {
    let Batch { starts, appends, lease_until } = batch;
    if appends.is_empty() && STARTS_ARE_ONE_STATEMENT {
        let mut committed = Committed::default();
        start(conn, &starts, lease_until, &mut committed).await?;
        return Ok(committed);
    }
    in_transaction!(conn, async |conn| {
        let mut committed = Committed::default();
        if !starts.is_empty() {
            start(conn, &starts, lease_until, &mut committed).await?;
        }
        if !appends.is_empty() {
            append(conn, appends, lease_until, &mut committed).await?;
        }
        Ok(committed)
    })
    .await
}

async fn start(
    conn: &mut Conn,
    starts: &[(usize, StartConversation)],
    lease_until: deskbell_domain::Timestamp,
    committed: &mut Committed,
) -> QueryResult<()> {
    // The same client id twice in one batch: the second is a repetition of the first.
    let mut first = HashMap::new();
    for (place, (_, start)) in starts.iter().enumerate() {
        first.entry(start.client_message_id).or_insert(place);
    }
    let mut chosen: Vec<&StartConversation> = starts
        .iter()
        .enumerate()
        .filter(|(place, (_, start))| first[&start.client_message_id] == *place)
        .map(|(_, (_, start))| start)
        .collect();
    // In one order, so that no two writers that are sent the same starts wait for each other.
    chosen.sort_unstable_by_key(|start| start.client_message_id);
    let (fresh, events) = insert_starts(conn, &chosen, lease_until).await?;
    let mut repeated = Vec::new();
    for (place, (index, start)) in starts.iter().enumerate() {
        if fresh.contains(&start.conversation_id) && first[&start.client_message_id] == place {
            committed.outcomes.push((*index, Ok(Ingested::Created(start.first_message()))));
        } else {
            repeated.push((*index, start));
        }
    }
    committed.events.extend(events);
    if !repeated.is_empty() {
        recognise(conn, &repeated, committed).await?;
    }
    Ok(())
}

/// Same client id, same token, same text: the same conversation. Anything else is a conflict that reveals nothing.
async fn recognise(
    conn: &mut Conn,
    repeated: &[(usize, &StartConversation)],
    committed: &mut Committed,
) -> QueryResult<()> {
    let ids: Vec<Key> = repeated.iter().map(|(_, start)| start.client_message_id.into()).collect();
    let rows: Vec<(Key, Vec<u8>, Message)> = conversations::table
        .inner_join(messages::table)
        .filter(conversations::start_client_message_id.eq_any(ids))
        .filter(messages::seq.eq(1))
        .select((conversations::start_client_message_id, conversations::token_hash, Message::as_select()))
        .load(conn)
        .await?;
    let known: HashMap<ClientMessageId, (Vec<u8>, Message)> =
        rows.into_iter().map(|(id, hash, message)| (id.into(), (hash, message))).collect();
    for (index, start) in repeated {
        committed.outcomes.push((*index, same_start(start, known.get(&start.client_message_id))));
    }
    Ok(())
}

fn same_start(start: &StartConversation, known: Option<&(Vec<u8>, Message)>) -> Outcome {
    let Some((hash, message)) = known else { return Err(IngestError::Conflict) };
    let own = <[u8; 32]>::try_from(hash.as_slice())
        .is_ok_and(|hash| TokenHash::from_bytes(hash).matches(&start.token_hash));
    if own && message.body == start.body {
        Ok(Ingested::Repeated(message.clone()))
    } else {
        Err(IngestError::Conflict)
    }
}

async fn append(
    conn: &mut Conn,
    appends: Vec<Append>,
    lease_until: deskbell_domain::Timestamp,
    committed: &mut Committed,
) -> QueryResult<()> {
    let mut ids: Vec<Key> = appends.iter().map(|append| append.command.conversation_id.into()).collect();
    ids.sort_unstable_by_key(|key| key.0);
    ids.dedup();
    let locked = lock_conversations(conn, &ids).await?;
    let clients: Vec<Key> = appends.iter().map(|append| append.command.client_message_id.into()).collect();
    let existing: Vec<Message> = messages::table
        .filter(messages::conversation_id.eq_any(ids))
        .filter(messages::client_message_id.eq_any(clients))
        .select(Message::as_select())
        .load(conn)
        .await?;
    let plan = decide_appends(appends, locked, existing);
    if !plan.messages.is_empty() {
        write_appends(conn, &plan, lease_until).await?;
    }
    committed.outcomes.extend(plan.outcomes);
    committed.events.extend(plan.events);
    Ok(())
}
