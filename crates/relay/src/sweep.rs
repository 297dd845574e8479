//! What was left behind in the outbox.

use deskbell_bus::{Event, PublishError};
use deskbell_domain::{Clock, Timestamp};
use deskbell_store::{Store, StoreResult};

use crate::{RelaySettings, forward};

/// Finds events that are due to be published, or published again.
#[derive(Debug)]
pub struct Sweeper {
    settings: RelaySettings,
    looked_at: Option<Timestamp>,
    tidied_at: Option<Timestamp>,
}

impl Sweeper {
    /// A sweeper that has not swept yet.
    pub const fn new(settings: RelaySettings) -> Self {
        Self { settings, looked_at: None, tidied_at: None }
    }

    /// Publishes what nobody has a lease on; now and then looks for events that no consumer has recorded, and forgets
    /// those that were.
    ///
    /// # Errors
    /// When the database does not answer; nothing is lost by that.
    pub async fn sweep<F, Fut>(&mut self, store: &Store, clock: &dyn Clock, publish: F) -> StoreResult<()>
    where
        F: Fn(Event) -> Fut,
        Fut: Future<Output = Result<(), PublishError>>,
    {
        self.republish_unrecorded(store, clock.now()).await?;
        self.forget(store, clock.now()).await?;
        let limit = self.settings.batch_max;
        loop {
            let now = clock.now();
            let page = i64::try_from(limit).unwrap_or(i64::MAX);
            let batch = store.take_outbox(now, now.plus(self.settings.lease), page).await?;
            let (found, taken) = (batch.len(), forward(store, clock, batch, &publish).await);
            if found < limit || taken == 0 {
                return Ok(());
            }
        }
    }

    async fn republish_unrecorded(&mut self, store: &Store, now: Timestamp) -> StoreResult<()> {
        let pause = self.settings.republish_after / 4;
        if self.looked_at.is_some_and(|at| now.since(at) < pause) {
            return Ok(());
        }
        self.looked_at = Some(now);
        let again = store.republish_unrecorded(self.settings.republish_after, now).await?;
        if again > 0 {
            metrics::counter!("outbox_republished_total").increment(u64::try_from(again).unwrap_or(u64::MAX));
            tracing::warn!(
                events = again,
                "published events that no consumer has recorded are published again"
            );
        }
        Ok(())
    }

    async fn forget(&mut self, store: &Store, now: Timestamp) -> StoreResult<()> {
        if self.tidied_at.is_some_and(|at| now.since(at) < self.settings.republish_after) {
            return Ok(());
        }
        self.tidied_at = Some(now);
        store
            .forget_events(now.minus(self.settings.republish_after), now.minus(self.settings.remember))
            .await?;
        Ok(())
    }
}
