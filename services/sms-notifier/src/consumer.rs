//! Hearing events: whatever has come in is recorded in one transaction, and acknowledged after it.

use std::sync::Arc;
use std::time::Duration;

use deskbell_bus::{Bus, Delivery, EventConsumer};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, Hearing, StepError};

/// Most events recorded in one transaction.
const BATCH_MAX: usize = 64;
/// How long to wait when the database does not answer; the events stay unacknowledged meanwhile.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until told to stop. `wake` is notified whenever notices were planned.
pub(crate) async fn run(engine: Engine, bus: Bus, wake: Arc<Notify>, shutdown: CancellationToken) {
    let mut events = bus.events();
    while let Some(Some(first)) = shutdown.run_until_cancelled(events.next()).await {
        let mut batch = gather(first, &mut events);
        while let Err((error, unheard)) = consume(&engine, batch).await {
            tracing::error!(error = %error, events = unheard.len(), "events could not be recorded, trying again");
            if shutdown.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                return;
            }
            batch = unheard;
        }
        wake.notify_waiters();
    }
}

/// The first one and whatever else is there already.
pub fn gather(first: Delivery, events: &mut EventConsumer) -> Vec<Delivery> {
    let mut batch = vec![first];
    while batch.len() < BATCH_MAX {
        match events.next().now_or_never() {
            Some(Some(delivery)) => batch.push(delivery),
            _ => break,
        }
    }
    batch
}

/// Records a batch and then acknowledges it; never the other way round.
///
/// # Errors
/// When the batch could not be recorded; it comes back unacknowledged.
pub async fn consume(engine: &Engine, batch: Vec<Delivery>) -> Result<(), (StepError, Vec<Delivery>)> {
    let hearings: Vec<Hearing<'_>> =
        batch.iter().map(|delivery| Hearing { name: &delivery.event_name, body: &delivery.body }).collect();
    if let Err(error) = engine.hear(&hearings).await {
        return Err((error, batch));
    }
    // A session that is over delivers again; the inbox knows the events.
    let _over = join_all(batch.into_iter().map(Delivery::ack)).await;
    Ok(())
}

/// Keeps what the broker has given up delivering, where people can see and replay it.
pub(crate) async fn run_dead(engine: Engine, bus: Bus, shutdown: CancellationToken) {
    let mut dead = bus.dead_letters();
    while let Some(Some(delivery)) = shutdown.run_until_cancelled(dead.next()).await {
        let reason = delivery.death_reason.as_deref().unwrap_or("rejected");
        let reason = format!("the broker gave up delivering it ({reason})");
        let hearing = Hearing { name: &delivery.event_name, body: &delivery.body };
        match engine.bury(&hearing, &reason).await {
            Ok(()) => {
                let _over = delivery.ack().await;
            }
            Err(error) => {
                tracing::error!(error = %error, "a dead letter could not be kept, trying again");
                delivery.retry();
                shutdown.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
            }
        }
    }
}
