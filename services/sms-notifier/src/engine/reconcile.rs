//! Reconciling: attempts whose sender died become ambiguous, and ambiguous attempts are looked up at the provider.

use std::time::Duration;

use deskbell_domain::delivery::{after_crash, after_lookup};
use deskbell_store::model::delivery::{Attempt, Delivery};
use deskbell_store::{AttemptEnd, Change};
use futures_util::future::join_all;

use super::{Engine, StepError};
use crate::channels::Sought;

/// Most attempts that are looked at in one step.
const STEP_MAX: i64 = 50;
/// How long a lookup may take before another process may look.
const LOOKUP_LEASE: Duration = Duration::from_secs(60);

impl Engine {
    /// Attempts whose lease has run out in flight become ambiguous; tells how many.
    ///
    /// # Errors
    /// When the database did not answer.
    pub async fn expire(&self) -> Result<usize, StepError> {
        let now = self.clock().now();
        let lost = self.store.lost_attempts(now, STEP_MAX).await?;
        let changes: Vec<Change> = lost
            .iter()
            .map(|attempt_id| Change {
                attempt_id: *attempt_id,
                end: AttemptEnd { outcome: Some("interrupted"), ..AttemptEnd::default() },
                decide: Box::new(move |progress, current| after_crash(progress, now).filter(|_| current)),
                now,
            })
            .collect();
        self.store.apply(self.channel.sender(), &changes).await?;
        if !lost.is_empty() {
            tracing::warn!(
                attempts = lost.len(),
                "requests were interrupted and are looked up at the provider"
            );
        }
        Ok(lost.len())
    }

    /// Looks up ambiguous attempts that are due; tells how many.
    ///
    /// # Errors
    /// When the database did not answer.
    pub async fn reconcile(&self) -> Result<usize, StepError> {
        let now = self.clock().now();
        let due = self.store.take_ambiguous(now, now.plus(LOOKUP_LEASE), STEP_MAX).await?;
        let changes = join_all(due.iter().map(|(delivery, attempt)| self.look_up(delivery, attempt))).await;
        self.store.apply(self.channel.sender(), &changes).await?;
        Ok(due.len())
    }

    async fn look_up(&self, delivery: &Delivery, attempt: &Attempt) -> Change {
        let sought =
            Sought { to: &delivery.phone, reference: &attempt.reference, started_at: attempt.started_at };
        let found = self.channel.look_up(&sought).await;
        let (now, policy, started_at, lookup) =
            (self.clock().now(), *self.policy(), attempt.started_at, found.lookup);
        Change {
            attempt_id: attempt.id,
            end: AttemptEnd { outcome: None, sid: found.sid, status: found.status, code: found.code },
            decide: Box::new(move |progress, current| {
                after_lookup(progress, lookup, started_at, &policy, now).filter(|_| current)
            }),
            now,
        }
    }
}
