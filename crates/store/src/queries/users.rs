//! Users and sessions.

use deskbell_domain::token::TokenHash;
use deskbell_domain::{Timestamp, UserId};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::user::{Session, User};
use crate::schema::{sessions, users};
use crate::types::{At, Key};

pub(crate) async fn count(conn: &mut Conn) -> QueryResult<i64> {
    users::table.count().get_result(conn).await
}

/// Adds a user; false when the mail address is taken.
pub(crate) async fn insert(conn: &mut Conn, user: &User) -> QueryResult<bool> {
    let added = diesel::insert_into(users::table)
        .values((
            users::id.eq(Key::from(user.id)),
            users::email.eq(&user.email),
            users::name.eq(&user.name),
            users::role.eq(user.role.as_str()),
            users::password_hash.eq(&user.password_hash),
            users::created_at.eq(At(user.created_at)),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(added > 0)
}

pub(crate) async fn list(conn: &mut Conn, limit: i64) -> QueryResult<Vec<User>> {
    users::table.order(users::id).limit(limit).select(User::as_select()).load(conn).await
}

pub(crate) async fn by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<User>> {
    users::table.filter(users::email.eq(email)).select(User::as_select()).first(conn).await.optional()
}

pub(crate) async fn by_id(conn: &mut Conn, id: UserId) -> QueryResult<Option<User>> {
    users::table.filter(users::id.eq(Key::from(id))).select(User::as_select()).first(conn).await.optional()
}

/// Sets a password, and ends every session of the user.
pub(crate) async fn set_password(conn: &mut Conn, id: UserId, hash: &str) -> QueryResult<()> {
    in_transaction!(conn, async |conn| set_password_held(conn, id, hash).await).await
}

/// The same within a transaction that holds more.
pub(crate) async fn set_password_held(conn: &mut Conn, id: UserId, hash: &str) -> QueryResult<()> {
    diesel::update(users::table.filter(users::id.eq(Key::from(id))))
        .set(users::password_hash.eq(hash))
        .execute(conn)
        .await?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(Key::from(id)))).execute(conn).await?;
    Ok(())
}

pub(crate) async fn insert_session(conn: &mut Conn, token: TokenHash, session: &Session) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token.as_bytes().as_slice()),
            sessions::user_id.eq(session.user_id.map(Key::from)),
            sessions::conversation_id.eq(session.conversation_id.map(Key::from)),
            sessions::recipient_id.eq(session.recipient_id.map(Key::from)),
            sessions::created_at.eq(At(session.created_at)),
            sessions::expires_at.eq(At(session.expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A session that is still good, with its user if it has one.
pub(crate) async fn session(
    conn: &mut Conn,
    token: TokenHash,
    now: Timestamp,
) -> QueryResult<Option<(Session, Option<User>)>> {
    sessions::table
        .left_join(users::table)
        .filter(sessions::token_hash.eq(token.as_bytes().as_slice()))
        .filter(sessions::expires_at.gt(At(now)))
        .filter(users::disabled_at.is_null())
        .select((Session::as_select(), Option::<User>::as_select()))
        .first(conn)
        .await
        .optional()
}

pub(crate) async fn delete_session(conn: &mut Conn, token: TokenHash) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(token.as_bytes().as_slice())))
        .execute(conn)
        .await
}

pub(crate) async fn forget_sessions(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(At(before)))).execute(conn).await
}

/// Lets a session that is in use live longer.
pub(crate) async fn extend_session(
    conn: &mut Conn,
    token: TokenHash,
    until: Timestamp,
) -> QueryResult<usize> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(token.as_bytes().as_slice())))
        .set(sessions::expires_at.eq(At(until)))
        .execute(conn)
        .await
}
