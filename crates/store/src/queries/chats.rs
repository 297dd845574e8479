//! Conversations and messages.

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, Timestamp, UserId};
use diesel::QueryResult;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::select_unassigned;
use super::{Conn, events};
use crate::chats::UnassignedPlan;
use crate::model::conversation::{
    Changed, Conversation, ConversationChange, ConversationFilter, Message, MessagePage, NewReply, Replied,
};
use crate::model::event::OutboxEvent;
use crate::schema::{conversations, messages};
use crate::types::sql::{Instant, lower};
use crate::types::{At, Key, MaybeKey, Named};

pub(crate) async fn find(conn: &mut Conn, id: ConversationId) -> QueryResult<Option<Conversation>> {
    conversations::table
        .filter(conversations::id.eq(Key::from(id)))
        .select(Conversation::as_select())
        .first(conn)
        .await
        .optional()
}

pub(crate) async fn token_fits(conn: &mut Conn, id: ConversationId, token: TokenHash) -> QueryResult<bool> {
    let stored: Option<Vec<u8>> = conversations::table
        .filter(conversations::id.eq(Key::from(id)))
        .select(conversations::token_hash)
        .first(conn)
        .await
        .optional()?;
    Ok(stored
        .and_then(|stored| <[u8; 32]>::try_from(stored.as_slice()).ok())
        .is_some_and(|stored| TokenHash::from_bytes(stored).matches(&token)))
}

pub(crate) async fn messages(
    conn: &mut Conn,
    id: ConversationId,
    after_seq: i64,
    limit: u16,
) -> QueryResult<MessagePage> {
    let mut messages: Vec<Message> = messages::table
        .filter(messages::conversation_id.eq(Key::from(id)))
        .filter(messages::seq.gt(after_seq))
        .order(messages::seq)
        .limit(i64::from(limit) + 1)
        .select(Message::as_select())
        .load(conn)
        .await?;
    let has_more = messages.len() > usize::from(limit);
    messages.truncate(usize::from(limit));
    Ok(MessagePage { messages, has_more })
}

pub(crate) async fn list(
    conn: &mut Conn,
    filter: &ConversationFilter,
    limit: u16,
) -> QueryResult<Vec<Conversation>> {
    let mut query = conversations::table.select(Conversation::as_select()).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(conversations::status.eq(status.as_str()));
    }
    if let Some(text) = &filter.text {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        // SQLite's LIKE ignores case and PostgreSQL's does not.
        query = query.filter(
            lower(conversations::name)
                .like(lower(pattern.clone()))
                .escape('\\')
                .or(lower(conversations::email).like(lower(pattern.clone())).escape('\\'))
                .or(conversations::phone.like(pattern).escape('\\')),
        );
    }
    if let Some((at, id)) = filter.before {
        // The first condition is implied by the second, but only with it does an index lead to the place.
        query = query
            .filter(conversations::last_message_at.le(At(at)))
            .filter(conversations::last_message_at.lt(At(at)).or(conversations::id.lt(Key::from(id))));
    }
    query
        .order((conversations::last_message_at.desc(), conversations::id.desc()))
        .limit(i64::from(limit))
        .load(conn)
        .await
}

/// Takes the next number and holds the row until the transaction ends; the same lock that visitors' messages take.
async fn next_seq(conn: &mut Conn, id: ConversationId, now: Timestamp) -> QueryResult<Option<i64>> {
    // Two servers' clocks may differ; the list is in the order of this instant, which never goes back.
    let latest = case_when(conversations::last_message_at.lt(At(now)), At(now).into_sql::<Instant>())
        .otherwise(conversations::last_message_at);
    diesel::update(conversations::table.filter(conversations::id.eq(Key::from(id))))
        .set((
            conversations::last_seq.eq(conversations::last_seq + 1),
            conversations::last_message_at.eq(latest),
        ))
        .returning(conversations::last_seq)
        .get_result(conn)
        .await
        .optional()
}

pub(crate) async fn reply(conn: &mut Conn, reply: &NewReply) -> QueryResult<Replied> {
    let result = in_transaction!(conn, async |conn| {
        let Some(seq) = next_seq(conn, reply.conversation_id, reply.now).await? else {
            return Err(ReplyEnd::Known(Replied::NotFound));
        };
        let known: Option<Message> = messages::table
            .filter(messages::conversation_id.eq(Key::from(reply.conversation_id)))
            .filter(messages::client_message_id.eq(Key::from(reply.client_message_id)))
            .select(Message::as_select())
            .first(conn)
            .await
            .optional()?;
        if let Some(message) = known {
            let same = message.author == Author::Agent
                && message.author_id == reply.author_id
                && message.body == reply.body;
            return Err(ReplyEnd::Known(if same { Replied::Repeated(message) } else { Replied::Conflict }));
        }
        let message = insert_reply(conn, reply, seq).await?;
        end_the_wait(conn, reply, seq).await?;
        Ok(Replied::Created(message))
    })
    .await;
    match result {
        Ok(replied) | Err(ReplyEnd::Known(replied)) => Ok(replied),
        Err(ReplyEnd::Failed(error)) => Err(error),
    }
}

/// Ends the transaction without effect: the number that was taken goes back.
enum ReplyEnd {
    Known(Replied),
    Failed(diesel::result::Error),
}

impl From<diesel::result::Error> for ReplyEnd {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error)
    }
}

async fn insert_reply(conn: &mut Conn, reply: &NewReply, seq: i64) -> QueryResult<Message> {
    diesel::insert_into(messages::table)
        .values((
            messages::conversation_id.eq(Key::from(reply.conversation_id)),
            messages::seq.eq(seq),
            messages::id.eq(Key::from(reply.id)),
            messages::author.eq("agent"),
            messages::author_id.eq(reply.author_id.map(Key::from)),
            messages::client_message_id.eq(Key::from(reply.client_message_id)),
            messages::body.eq(&reply.body),
            messages::created_at.eq(At(reply.now)),
        ))
        .returning(Message::as_returning())
        .get_result(conn)
        .await
}

/// Whoever answers has seen what stands before the answer.
async fn end_the_wait(conn: &mut Conn, reply: &NewReply, seq: i64) -> QueryResult<usize> {
    let row = conversations::table.filter(conversations::id.eq(Key::from(reply.conversation_id)));
    diesel::update(row)
        .set((
            conversations::status.eq("open"),
            conversations::waiting_since.eq(None::<At>),
            conversations::urgent_since.eq(None::<At>),
            conversations::unassigned_due_at.eq(None::<At>),
            conversations::closed_at.eq(None::<At>),
            conversations::seen_by_agent.eq(seq),
        ))
        .execute(conn)
        .await?;
    let row = conversations::table.filter(conversations::id.eq(Key::from(reply.conversation_id)));
    diesel::update(row.filter(conversations::first_reply_at.is_null()))
        .set(conversations::first_reply_at.eq(Some(At(reply.now))))
        .execute(conn)
        .await
}

pub(crate) async fn change(
    conn: &mut Conn,
    id: ConversationId,
    change: ConversationChange,
    now: Timestamp,
) -> QueryResult<Changed> {
    in_transaction!(conn, async |conn| change_held(conn, id, change, now).await).await
}

/// The same within a transaction that holds more.
pub(crate) async fn change_held(
    conn: &mut Conn,
    id: ConversationId,
    change: ConversationChange,
    now: Timestamp,
) -> QueryResult<Changed> {
    let row = conversations::table.filter(conversations::id.eq(Key::from(id)));
    // An update that changes nothing is the lock that both databases know.
    let held: Option<(MaybeKey, Named)> = diesel::update(row)
        .set(conversations::unassigned_repeat.eq(conversations::unassigned_repeat))
        .returning((conversations::assignee_id, conversations::status))
        .get_result(conn)
        .await
        .optional()?;
    let Some((assignee, status)) = held else { return Ok(Changed::NotFound) };
    let assignee: Option<UserId> = assignee.into();
    let status: ConversationStatus =
        status.try_into().map_err(|error: deskbell_domain::conversation::NameError| {
            diesel::result::Error::DeserializationError(error.into())
        })?;
    match (change, assignee) {
        (ConversationChange::Claim(user), Some(other)) if other != user => {
            return Ok(Changed::TakenBy(other));
        }
        (ConversationChange::TakeUp, Some(other)) => return Ok(Changed::TakenBy(other)),
        (ConversationChange::Claim(user), _) => give(conn, id, Some(user)).await?,
        (ConversationChange::Assign(user), _) => give(conn, id, user).await?,
        (ConversationChange::TakeUp, None) => take_up(conn, id).await?,
        (ConversationChange::Close, _) => close(conn, id, now).await?,
        (ConversationChange::Reopen, assignee) if status == ConversationStatus::Closed => {
            let status = if assignee.is_some() { "open" } else { "waiting" };
            diesel::update(conversations::table.filter(conversations::id.eq(Key::from(id))))
                .set((conversations::status.eq(status), conversations::closed_at.eq(None::<At>)))
                .execute(conn)
                .await?
        }
        (ConversationChange::Reopen, _) => 0,
    };
    let changed = find(conn, id).await?;
    Ok(changed.map_or(Changed::NotFound, |conversation| Changed::Done(Box::new(conversation))))
}

async fn give(conn: &mut Conn, id: ConversationId, user: Option<UserId>) -> QueryResult<usize> {
    let row = conversations::table.filter(conversations::id.eq(Key::from(id)));
    diesel::update(row).set(conversations::assignee_id.eq(user.map(Key::from))).execute(conn).await?;
    if user.is_none() {
        return Ok(0);
    }
    take_up(conn, id).await
}

/// Somebody looks after it: nobody need be told again.
async fn take_up(conn: &mut Conn, id: ConversationId) -> QueryResult<usize> {
    diesel::update(conversations::table.filter(conversations::id.eq(Key::from(id))))
        .set((
            conversations::status.eq("open"),
            conversations::urgent_since.eq(None::<At>),
            conversations::unassigned_due_at.eq(None::<At>),
            conversations::closed_at.eq(None::<At>),
        ))
        .execute(conn)
        .await
}

async fn close(conn: &mut Conn, id: ConversationId, now: Timestamp) -> QueryResult<usize> {
    diesel::update(conversations::table.filter(conversations::id.eq(Key::from(id))))
        .set((
            conversations::status.eq("closed"),
            conversations::waiting_since.eq(None::<At>),
            conversations::urgent_since.eq(None::<At>),
            conversations::unassigned_due_at.eq(None::<At>),
            conversations::unassigned_repeat.eq(0),
            conversations::closed_at.eq(Some(At(now))),
        ))
        .execute(conn)
        .await
}

pub(crate) async fn raise_unassigned(
    conn: &mut Conn,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
    plan: &UnassignedPlan<'_>,
) -> QueryResult<Vec<OutboxEvent>> {
    in_transaction!(conn, async |conn| {
        let mut raised = Vec::new();
        for (conversation, repeat) in select_unassigned(conn, now, limit).await? {
            let id = Key::from(conversation.id);
            let last: Message = messages::table
                .filter(messages::conversation_id.eq(id))
                .filter(messages::author.eq("visitor"))
                .order(messages::seq.desc())
                .select(Message::as_select())
                .first(conn)
                .await?;
            let (event, again_at) = plan(&conversation, &last, repeat);
            diesel::update(conversations::table.filter(conversations::id.eq(id)))
                .set((
                    conversations::unassigned_due_at.eq(again_at.map(At)),
                    conversations::unassigned_repeat.eq(repeat + i32::from(event.is_some())),
                ))
                .execute(conn)
                .await?;
            if let Some(event) = event {
                events::insert_outbox(conn, &event, now, lease_until).await?;
                raised.push(event);
            }
        }
        Ok(raised)
    })
    .await
}
