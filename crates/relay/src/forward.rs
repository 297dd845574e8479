//! One batch: publish everything, write down what the broker has taken.

use std::time::Duration;

use deskbell_bus::{Event, PublishError};
use deskbell_domain::{Clock, EventId};
use deskbell_store::Store;
use deskbell_store::model::event::OutboxEvent;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::on_the_bus;

/// How soon a sweeper may take an event whose publication failed.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Publishes a batch; tells how many events the broker took. What failed stays in the outbox, free to be swept.
pub async fn forward<F, Fut>(store: &Store, clock: &dyn Clock, batch: Vec<OutboxEvent>, publish: F) -> usize
where
    F: Fn(Event) -> Fut,
    Fut: Future<Output = Result<(), PublishError>>,
{
    let mut results: FuturesUnordered<_> = batch
        .into_iter()
        .map(|event| {
            let id = event.id;
            let published = publish(on_the_bus(event));
            async move { (id, published.await) }
        })
        .collect();
    let (mut taken, mut failed) = (Vec::new(), Vec::new());
    while let Some((id, result)) = results.next().await {
        match result {
            Ok(()) => taken.push(id),
            Err(error) => failed.push((id, error)),
        }
    }
    write_down(store, clock, &taken, &failed).await;
    taken.len()
}

/// A database that does not answer here costs nothing but a second publication.
async fn write_down(store: &Store, clock: &dyn Clock, taken: &[EventId], failed: &[(EventId, PublishError)]) {
    metrics::counter!("outbox_published_total").increment(u64::try_from(taken.len()).unwrap_or(u64::MAX));
    if !taken.is_empty()
        && let Err(error) = store.mark_published(taken, clock.now()).await
    {
        tracing::warn!(error = %error, events = taken.len(), "published events could not be marked and will be published again");
    }
    let Some((_, error)) = failed.first() else { return };
    metrics::counter!("outbox_publish_failed_total")
        .increment(u64::try_from(failed.len()).unwrap_or(u64::MAX));
    tracing::warn!(error = %error, events = failed.len(), "events could not be published and stay in the outbox");
    let ids: Vec<EventId> = failed.iter().map(|(id, _)| *id).collect();
    if let Err(error) = store.release_outbox(&ids, clock.now().plus(RETRY_AFTER)).await {
        tracing::warn!(error = %error, "the lease of unpublished events stays until it runs out");
    }
}
