//! How long things are remembered.

use deskbell_domain::Timestamp;

use crate::backend::{Store, change};
use crate::error::StoreResult;

/// Conversations forgotten in one transaction.
const BATCH: i64 = 200;

impl Store {
    /// Forgets conversations without a message since `before`, with all that belongs to them; tells how many.
    pub async fn forget_conversations(&self, before: Timestamp) -> StoreResult<usize> {
        let mut forgotten = 0;
        loop {
            let some: usize =
                change!(self, |conn, queries| queries::retention::forget_conversations(conn, before, BATCH))?;
            forgotten += some;
            if some == 0 {
                return Ok(forgotten);
            }
        }
    }

    /// Forgets settled deliveries that were planned before.
    pub async fn forget_deliveries(&self, before: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::retention::forget_deliveries(conn, before))
    }

    /// Forgets lines of the audit log.
    pub async fn forget_audit(&self, before: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::retention::forget_audit(conn, before))
    }

    /// Forgets links that ended before.
    pub async fn forget_links(&self, before: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::retention::forget_links(conn, before))
    }

    /// Forgets messages that were set aside and replayed before.
    pub async fn forget_replayed(&self, before: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::retention::forget_replayed(conn, before))
    }
}
