//! What open chat windows read and change, beside the messages themselves.

use deskbell_domain::conversation::Author;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, Timestamp};

use crate::backend::{Store, change, read};
use crate::error::StoreResult;
use crate::model::live::{FirstAnswer, LiveView};
use crate::types::Key;

/// Most conversations in one query; a list of more is asked for in parts.
const VIEWS_MAX: usize = 5_000;

impl Store {
    /// The conversation that the token with this hash opens.
    pub async fn live_view(&self, id: ConversationId, token: TokenHash) -> StoreResult<Option<LiveView>> {
        read!(self, |conn, queries| queries::live::opened_by(conn, id, token))
    }

    /// Those of the conversations that there are.
    pub async fn live_views(&self, ids: &[ConversationId]) -> StoreResult<Vec<LiveView>> {
        let mut views = Vec::with_capacity(ids.len());
        for part in ids.chunks(VIEWS_MAX) {
            let keys: Vec<Key> = part.iter().copied().map(Key::from).collect();
            views.extend(read!(self, |conn, queries| queries::live::views(conn, keys))?);
        }
        Ok(views)
    }

    /// Notes that one side has seen the messages up to a number; false when that was known, or there is no such message.
    pub async fn mark_seen(&self, id: ConversationId, by: Author, seq: i64) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::live::mark_seen(conn, id, by, seq))
    }

    /// The latest first answers since an instant, the last one first.
    pub async fn first_answers(&self, since: Timestamp, limit: u16) -> StoreResult<Vec<FirstAnswer>> {
        read!(self, |conn, queries| queries::live::first_answers(conn, since, limit))
    }

    /// The epoch of this database's numbers: another one means that an older state was brought back.
    pub async fn epoch(&self) -> StoreResult<String> {
        read!(self, |conn, queries| queries::live::epoch(conn))
    }
}
