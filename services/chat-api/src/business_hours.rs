//! Whether the company is open, and from when on it will be.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::{Clock, Timestamp, opening_hours};
use deskbell_live::Rooms;
use deskbell_runtime::CancellationToken;
use tokio::time::MissedTickBehavior;

use crate::settings_watch::SettingsWatch;

/// How often it is looked whether the company has opened or closed.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Open, or away until.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Openness {
    pub(crate) open: bool,
    /// When it opens again, if that is known.
    pub(crate) open_again_at: Option<Timestamp>,
}

/// Tells it, from the settings in force and the time.
#[derive(Clone)]
pub(crate) struct BusinessHours {
    settings: SettingsWatch,
    clock: Arc<dyn Clock>,
}

impl BusinessHours {
    pub(crate) fn new(settings: SettingsWatch, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock }
    }

    /// How it is now.
    pub(crate) fn now(&self) -> Openness {
        let (settings, now) = (self.settings.current(), self.clock.now());
        let hours = settings.opening_hours.as_ref();
        let open = opening_hours::is_open(hours, now);
        let open_again_at = hours.filter(|_| !open).and_then(|hours| hours.next_change(now));
        Openness { open, open_again_at }
    }

    /// Tells everybody when it changes, until told to stop.
    pub(crate) async fn announce(self, rooms: Arc<Rooms>, stop: CancellationToken) {
        let mut interval = tokio::time::interval(LOOK_INTERVAL);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = self.now();
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            let now = self.now();
            if now != told {
                told = now;
                rooms.tell_standings();
            }
        }
    }
}
