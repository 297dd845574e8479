//! Open chat windows: what visitors say over their live connections, and what they are told.

pub(crate) mod frames;
mod hello;
mod session;
mod wording;

use std::sync::Arc;
use std::time::Duration;

use deskbell_bus::Bus;
use deskbell_live::{CloseCode, Follower, Roll, RollLimits, Rooms, RoomsOptions};
use deskbell_runtime::CancellationToken;
use deskbell_runtime::settings::ChatApiSettings;
use deskbell_store::{Store, StoreResult};

use crate::business_hours::BusinessHours;

pub(crate) use session::{Visit, visit};

/// How long the windows may take to hang up when the process stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// All open chat windows of this process.
pub(crate) struct Live {
    /// The conversations that they follow.
    pub(crate) rooms: Arc<Rooms>,
    /// Their connections.
    pub(crate) roll: Arc<Roll>,
}

impl Live {
    /// Opens the house; nobody is in it yet.
    pub(crate) async fn open(
        settings: &ChatApiSettings,
        store: &Store,
        bus: &Bus,
        hours: BusinessHours,
    ) -> StoreResult<(Self, Follower)> {
        let roll = Roll::new(RollLimits {
            connections: settings.live_connections,
            of_one_network: settings.live_connections_per_ip,
        });
        let options = RoomsOptions { look_interval: settings.live_look_interval() };
        let wording = wording::of_visitors(hours);
        let (rooms, follower) = Rooms::open(store.clone(), bus, Arc::clone(&roll), wording, options).await?;
        Ok((Self { rooms, roll }, follower))
    }
}

/// Sends everybody away once `stop` is cancelled, so that they come back to another process; then tells that they went.
pub(crate) async fn drain(roll: Arc<Roll>, stop: CancellationToken, drained: CancellationToken) {
    stop.cancelled().await;
    roll.drain(CloseCode::RESTART, DRAIN_TIMEOUT).await;
    drained.cancel();
}
