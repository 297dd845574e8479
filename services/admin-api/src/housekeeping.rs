//! Forgets what has ended or is older than it may be kept. Any number of processes may do so at once.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::{Clock, Timestamp};
use deskbell_runtime::CancellationToken;
use deskbell_runtime::settings::RetentionSettings;
use deskbell_store::{Store, StoreResult};
use tokio::time::MissedTickBehavior;

const DAY: Duration = Duration::from_secs(86_400);
/// How long an expired link can still be told from one that never was.
const LINKS_KEPT: Duration = Duration::from_secs(30 * 86_400);

/// Sweeps from time to time.
pub(crate) struct Housekeeper {
    store: Store,
    clock: Arc<dyn Clock>,
    retention: RetentionSettings,
}

impl Housekeeper {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, retention: &RetentionSettings) -> Self {
        Self { store, clock, retention: retention.clone() }
    }

    /// Runs until it is told to stop; the first sweep is at once.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut interval = tokio::time::interval(Duration::from_millis(self.retention.sweep_interval_ms));
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            match stop.run_until_cancelled(self.sweep()).await {
                None => return,
                Some(Ok(0)) => {}
                Some(Ok(forgotten)) => {
                    tracing::info!(forgotten, "old data was deleted, as the retention settings say");
                }
                Some(Err(error)) => {
                    tracing::warn!(error = %error, "old data could not be deleted, trying again later");
                }
            }
        }
    }

    /// Tells how much was forgotten because of its age; what has merely ended is not worth a word.
    async fn sweep(&self) -> StoreResult<usize> {
        let now = self.clock.now();
        self.store.forget_sessions(now).await?;
        self.store.forget_links(now.minus(LINKS_KEPT)).await?;
        let mut forgotten = 0;
        if let Some(before) = limit(now, self.retention.conversations_days) {
            forgotten += self.store.forget_conversations(before).await?;
        }
        if let Some(before) = limit(now, self.retention.deliveries_days) {
            forgotten += self.store.forget_deliveries(before).await?;
        }
        if let Some(before) = limit(now, self.retention.audit_days) {
            forgotten += self.store.forget_audit(before).await?;
        }
        if let Some(before) = limit(now, self.retention.events_days) {
            forgotten += self.store.forget_replayed(before).await?;
        }
        Ok(forgotten)
    }
}

/// 0 days keep for ever.
fn limit(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.minus(DAY * days))
}
