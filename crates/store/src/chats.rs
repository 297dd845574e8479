//! Conversations and messages, as visitors and agents read and change them.

use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, Timestamp};

use crate::backend::{Store, change, read};
use crate::error::StoreResult;
use crate::model::conversation::{
    Changed, Conversation, ConversationChange, ConversationFilter, Message, MessagePage, NewReply, Replied,
};
use crate::model::event::OutboxEvent;

/// Makes the event for a conversation that waits, given how often it was told of before, and says when to look again;
/// `None` when nobody is to be told.
pub type UnassignedPlan<'a> =
    dyn Fn(&Conversation, &Message, i32) -> (Option<OutboxEvent>, Option<Timestamp>) + Send + Sync + 'a;

impl Store {
    /// A conversation.
    pub async fn conversation(&self, id: ConversationId) -> StoreResult<Option<Conversation>> {
        read!(self, |conn, queries| queries::chats::find(conn, id))
    }

    /// Whether the token with this hash opens the conversation.
    pub async fn visitor_may_read(&self, id: ConversationId, token: TokenHash) -> StoreResult<bool> {
        read!(self, |conn, queries| queries::chats::token_fits(conn, id, token))
    }

    /// Messages after a number, in order.
    pub async fn messages(&self, id: ConversationId, after_seq: i64, limit: u16) -> StoreResult<MessagePage> {
        read!(self, |conn, queries| queries::chats::messages(conn, id, after_seq, limit))
    }

    /// Conversations, the one with the latest message first.
    pub async fn conversations(
        &self,
        filter: &ConversationFilter,
        limit: u16,
    ) -> StoreResult<Vec<Conversation>> {
        read!(self, |conn, queries| queries::chats::list(conn, filter, limit))
    }

    /// Stores an answer of the company; it opens the conversation and ends the wait.
    pub async fn reply(&self, reply: &NewReply) -> StoreResult<Replied> {
        change!(self, |conn, queries| queries::chats::reply(conn, reply))
    }

    /// Claims, assigns, closes or reopens a conversation.
    pub async fn change_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
        now: Timestamp,
    ) -> StoreResult<Changed> {
        change!(self, |conn, queries| queries::chats::change(conn, id, change, now))
    }

    /// Raises events for conversations that have been waiting too long: `plan` makes the event and tells when to look
    /// again. Tells the events that were written, leased until `lease_until`.
    pub async fn raise_unassigned(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
        plan: &UnassignedPlan<'_>,
    ) -> StoreResult<Vec<OutboxEvent>> {
        change!(self, |conn, queries| queries::chats::raise_unassigned(conn, now, lease_until, limit, plan))
    }
}
