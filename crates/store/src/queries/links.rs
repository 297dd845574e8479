//! Links of text messages.

use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::link::{Link, LinkUse};
use crate::schema::links;
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
    in_transaction!(conn, async |conn| {
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
    })
    .await
}

/// Withdraws all links to a conversation.
pub(crate) async fn revoke(conn: &mut Conn, id: ConversationId, now: Timestamp) -> QueryResult<usize> {
    diesel::update(links::table.filter(links::conversation_id.eq(Key::from(id))))
        .filter(links::revoked_at.is_null())
        .set(links::revoked_at.eq(Some(At(now))))
        .execute(conn)
        .await
}
