//! Keeping watch: leases that ran out, attempts that are ambiguous, notices that are late.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, StepError};

/// How often leases and lateness are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Runs until told to stop.
pub(crate) async fn run(engine: Engine, oldest_due_alarm: Duration, shutdown: CancellationToken) {
    let watch = |watch| every(&engine, watch, &shutdown);
    // Each for itself: a provider that answers slowly must not keep leases from being looked at.
    tokio::join!(watch(Watch::Leases), watch(Watch::Ambiguous), watch(Watch::Lateness(oldest_due_alarm)));
}

#[derive(Clone, Copy)]
enum Watch {
    Leases,
    Ambiguous,
    Lateness(Duration),
}

async fn every(engine: &Engine, watch: Watch, shutdown: &CancellationToken) {
    while shutdown.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
        let result = match watch {
            Watch::Leases => engine.expire().await.map(|_| ()),
            Watch::Ambiguous => engine.reconcile().await.map(|_| ()),
            Watch::Lateness(alarm) => measure(engine, alarm).await,
        };
        if let Err(error) = result {
            tracing::error!(error = %error, "notices could not be looked after, trying again");
        }
    }
}

/// The dead-man alarm (the oldest due notice is late), as metrics; `/readyz` and the panel tell it too.
async fn measure(engine: &Engine, oldest_due_alarm: Duration) -> Result<(), StepError> {
    let now = engine.clock().now();
    let health = engine.store().notice_health(now).await?;
    let age = health.oldest_due_at.map(|due_at| now.since(due_at)).unwrap_or_default();
    metrics::gauge!("notices_oldest_due_seconds").set(age.as_secs_f64());
    metrics::gauge!("notices_late").set(if age > oldest_due_alarm { 1.0 } else { 0.0 });
    for (name, count) in [
        ("notices_unsettled", health.unsettled),
        ("notices_unknown", health.unknown),
        ("events_quarantined", health.quarantined),
        ("outbox_unpublished", health.unpublished),
    ] {
        metrics::gauge!(name).set(f64::from(i32::try_from(count).unwrap_or(i32::MAX)));
    }
    metrics::gauge!("sms_circuit_open").set(if health.circuit_until.is_some() { 1.0 } else { 0.0 });
    Ok(())
}
