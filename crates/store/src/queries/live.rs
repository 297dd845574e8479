//! Conversations as open chat windows follow them.

use deskbell_domain::ConversationId;
use deskbell_domain::Timestamp;
use deskbell_domain::conversation::{Author, NameError};
use deskbell_domain::token::TokenHash;
use diesel::QueryResult;
use diesel::dsl::Nullable;
use diesel::prelude::*;
use diesel::result::Error::DeserializationError;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::live::{FirstAnswer, LiveView};
use crate::schema::{conversations, settings, users};
use crate::types::{At, Doc, Key, MaybeAt, Named};

const EPOCH: &str = "epoch";

type Columns = (
    conversations::id,
    conversations::last_seq,
    conversations::status,
    Nullable<users::name>,
    conversations::seen_by_visitor,
    conversations::seen_by_agent,
);

type Row = (Key, i64, Named, Option<String>, i64, i64);

fn columns() -> Columns {
    (
        conversations::id,
        conversations::last_seq,
        conversations::status,
        users::name.nullable(),
        conversations::seen_by_visitor,
        conversations::seen_by_agent,
    )
}

fn view((id, last_seq, status, agent, seen_by_visitor, seen_by_agent): Row) -> QueryResult<LiveView> {
    let status = status.try_into().map_err(|error: NameError| DeserializationError(error.into()))?;
    Ok(LiveView { id: id.into(), last_seq, status, agent, seen_by_visitor, seen_by_agent })
}

pub(crate) async fn opened_by(
    conn: &mut Conn,
    id: ConversationId,
    token: TokenHash,
) -> QueryResult<Option<LiveView>> {
    let found: Option<(Vec<u8>, Row)> = conversations::table
        .left_join(users::table.on(conversations::assignee_id.eq(users::id.nullable())))
        .filter(conversations::id.eq(Key::from(id)))
        .select((conversations::token_hash, columns()))
        .first(conn)
        .await
        .optional()?;
    let Some((hash, row)) = found else { return Ok(None) };
    let own =
        <[u8; 32]>::try_from(hash.as_slice()).is_ok_and(|hash| TokenHash::from_bytes(hash).matches(&token));
    own.then(|| view(row)).transpose()
}

pub(crate) async fn views(conn: &mut Conn, ids: Vec<Key>) -> QueryResult<Vec<LiveView>> {
    let rows: Vec<Row> = conversations::table
        .left_join(users::table.on(conversations::assignee_id.eq(users::id.nullable())))
        .filter(conversations::id.eq_any(ids))
        .select(columns())
        .load(conn)
        .await?;
    rows.into_iter().map(view).collect()
}

pub(crate) async fn mark_seen(
    conn: &mut Conn,
    id: ConversationId,
    by: Author,
    seq: i64,
) -> QueryResult<bool> {
    let there = conversations::table
        .filter(conversations::id.eq(Key::from(id)))
        .filter(conversations::last_seq.ge(seq));
    let changed = match by {
        Author::Visitor => {
            diesel::update(there.filter(conversations::seen_by_visitor.lt(seq)))
                .set(conversations::seen_by_visitor.eq(seq))
                .execute(conn)
                .await?
        }
        Author::Agent => {
            diesel::update(there.filter(conversations::seen_by_agent.lt(seq)))
                .set(conversations::seen_by_agent.eq(seq))
                .execute(conn)
                .await?
        }
    };
    Ok(changed > 0)
}

pub(crate) async fn first_answers(
    conn: &mut Conn,
    since: Timestamp,
    limit: u16,
) -> QueryResult<Vec<FirstAnswer>> {
    let rows: Vec<(At, MaybeAt)> = conversations::table
        .filter(conversations::first_reply_at.ge(At(since)))
        .order(conversations::first_reply_at.desc())
        .limit(i64::from(limit))
        .select((conversations::created_at, conversations::first_reply_at))
        .load(conn)
        .await?;
    let answer = |(asked_at, answered_at): (At, MaybeAt)| {
        let answered_at: Option<Timestamp> = answered_at.into();
        answered_at.map(|answered_at| FirstAnswer { asked_at: asked_at.into(), answered_at })
    };
    Ok(rows.into_iter().filter_map(answer).collect())
}

pub(crate) async fn epoch(conn: &mut Conn) -> QueryResult<String> {
    #[derive(serde::Deserialize)]
    struct Stored {
        epoch: String,
    }
    let document: Doc =
        settings::table.filter(settings::section.eq(EPOCH)).select(settings::value).first(conn).await?;
    let stored: Stored =
        serde_json::from_value(document.0).map_err(|error| DeserializationError(error.into()))?;
    Ok(stored.epoch)
}
