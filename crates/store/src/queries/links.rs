//! Links of text messages.

use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, RecipientId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::link::{Link, LinkUse};
use crate::schema::{links, sessions};
use crate::types::{At, Key};

/// A link, unchanged.
pub(crate) async fn peek(conn: &mut Conn, token: TokenHash) -> QueryResult<Option<Link>> {
    links::table
        .filter(links::token_hash.eq(token.as_bytes().as_slice()))
        .select(Link::as_select())
        .first(conn)
        .await
        .optional()
}

/// Spends a link; of two at once, one succeeds.
pub(crate) async fn spend(conn: &mut Conn, token: TokenHash, now: Timestamp) -> QueryResult<LinkUse> {
    in_transaction!(conn, async |conn| spend_held(conn, token, now).await).await
}

/// The same within a transaction that holds more.
pub(crate) async fn spend_held(conn: &mut Conn, token: TokenHash, now: Timestamp) -> QueryResult<LinkUse> {
    let good = links::table
        .filter(links::token_hash.eq(token.as_bytes().as_slice()))
        .filter(links::spent_at.is_null())
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(At(now)));
    let spent: Option<Link> = diesel::update(good)
        .set(links::spent_at.eq(Some(At(now))))
        .returning(Link::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    if let Some(link) = spent {
        return Ok(LinkUse::Spent(link));
    }
    Ok(match peek(conn, token).await? {
        None => LinkUse::Unknown,
        Some(link) if link.revoked_at.is_some() => LinkUse::Revoked,
        Some(link) if link.spent_at.is_some() => LinkUse::AlreadySpent,
        Some(_) => LinkUse::Expired,
    })
}

/// Withdraws all links to a conversation.
pub(crate) async fn revoke(conn: &mut Conn, id: ConversationId, now: Timestamp) -> QueryResult<usize> {
    diesel::update(links::table.filter(links::conversation_id.eq(Key::from(id))))
        .filter(links::revoked_at.is_null())
        .set(links::revoked_at.eq(Some(At(now))))
        .execute(conn)
        .await
}

/// Withdraws all links of a recipient, and ends what was opened with them.
pub(crate) async fn revoke_of_recipient(
    conn: &mut Conn,
    id: RecipientId,
    now: Timestamp,
) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::recipient_id.eq(Key::from(id)))).execute(conn).await?;
    diesel::update(links::table.filter(links::recipient_id.eq(Key::from(id))))
        .filter(links::revoked_at.is_null())
        .set(links::revoked_at.eq(Some(At(now))))
        .execute(conn)
        .await
}

/// Withdraws all links to a conversation, and ends what was opened with them; tells how many were still good.
pub(crate) async fn shut(conn: &mut Conn, id: ConversationId, now: Timestamp) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::conversation_id.eq(Key::from(id)))).execute(conn).await?;
    let good: i64 = links::table
        .filter(links::conversation_id.eq(Key::from(id)))
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(At(now)))
        .count()
        .get_result(conn)
        .await?;
    revoke(conn, id, now).await?;
    Ok(usize::try_from(good).unwrap_or(0))
}
