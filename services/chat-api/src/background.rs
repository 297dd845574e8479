//! The tasks beside the listener, and the order in which they end: timers, then the writer, then the relay.

use std::sync::Arc;
use std::time::Duration;

use deskbell_bus::Bus;
use deskbell_domain::Clock;
use deskbell_live::Follower;
use deskbell_relay::{Relay, RelaySettings};
use deskbell_runtime::shutdown::drain;
use deskbell_runtime::{CancellationToken, Settings};
use deskbell_store::{IngestLimits, IngestWriter, Store};
use tokio::task::JoinHandle;

use crate::business_hours::BusinessHours;
use crate::live::Live;
use crate::settings_watch::{Refresher, SettingsWatch};
use crate::unassigned::Reminders;

/// How long all of it may take once the last request is answered. What is not finished then lies in the outbox.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The running tasks.
#[derive(Debug)]
pub(crate) struct Background {
    timers: Vec<JoinHandle<()>>,
    writer: JoinHandle<()>,
    relay: JoinHandle<()>,
    relay_stop: CancellationToken,
}

impl Background {
    /// Starts everything; also hands out the way to the writer. The timers end with `stop`, the writer when nobody can
    /// send to it any more.
    pub(crate) fn spawn(
        settings: &Settings,
        store: &Store,
        bus: &Bus,
        clock: &Arc<dyn Clock>,
        (watch, refresher): (&SettingsWatch, Refresher),
        stop: &CancellationToken,
    ) -> (Self, IngestWriter) {
        // Requests in flight still raise events while the server stops, so the relay does not end with it.
        let relay_stop = CancellationToken::new();
        let Relay { events, task: relay } = Relay::spawn(
            store.clone(),
            bus.clone(),
            Arc::clone(clock),
            RelaySettings::from(settings),
            relay_stop.clone(),
        );
        let lease = settings.outbox.lease();
        let limits = IngestLimits { publish_lease: lease, ..IngestLimits::default() };
        let (ingest, writer) = IngestWriter::spawn(store.clone(), limits, events.clone());
        let reminders = Reminders {
            store: store.clone(),
            clock: Arc::clone(clock),
            settings: watch.clone(),
            events,
            publish_lease: lease,
        };
        let timers =
            vec![tokio::spawn(refresher.run(stop.clone())), tokio::spawn(reminders.run(stop.clone()))];
        (Self { timers, writer, relay, relay_stop }, ingest)
    }

    /// Has what open chat windows need run as well, until `stop`.
    pub(crate) fn look_after(
        &mut self,
        live: &Live,
        follower: Follower,
        hours: BusinessHours,
        stop: &CancellationToken,
    ) {
        let roll = Arc::clone(&live.roll);
        let keeper_stop = stop.clone();
        self.timers.extend([
            tokio::spawn(follower.run(stop.clone())),
            tokio::spawn(hours.announce(Arc::clone(&live.rooms), stop.clone())),
            tokio::spawn(async move { roll.keep(keeper_stop).await }),
        ]);
    }

    /// Waits until everything that was accepted is written and handed to the bus, within bounds.
    pub(crate) async fn finish(self) {
        drain("what was accepted before the stop", DRAIN_TIMEOUT, async {
            for timer in self.timers {
                ended(timer).await;
            }
            ended(self.writer).await;
            self.relay_stop.cancel();
            ended(self.relay).await;
        })
        .await;
    }
}

async fn ended(task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(error = %error, "a background task failed");
    }
}
