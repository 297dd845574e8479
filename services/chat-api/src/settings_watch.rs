//! The owner's notification settings, as this process knows them.
//!
//! Read from the store at the start, whenever another process hints at a change, and every few seconds in case a hint
//! got lost. While the store does not answer, the last ones known stay in force.

use std::sync::Arc;
use std::time::Duration;

use deskbell_bus::{Bus, Hint};
use deskbell_domain::settings::NotificationSettings;
use deskbell_live::hint;
use deskbell_runtime::CancellationToken;
use deskbell_store::{Store, StoreResult};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::MissedTickBehavior;

const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// Reads the settings in force.
#[derive(Debug, Clone)]
pub(crate) struct SettingsWatch(watch::Receiver<Arc<NotificationSettings>>);

/// Keeps a [`SettingsWatch`] up to date.
pub(crate) struct Refresher {
    store: Store,
    hints: broadcast::Receiver<Hint>,
    settings: watch::Sender<Arc<NotificationSettings>>,
    version: i64,
    failing: bool,
}

impl SettingsWatch {
    /// Reads the settings for the first time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn load(store: Store, bus: &Bus) -> StoreResult<(Self, Refresher)> {
        // Listening comes first: a change between the two is not missed.
        let hints = bus.hints();
        let stored = store.settings().await?;
        let (settings, receiver) = watch::channel(Arc::new(stored.settings));
        let refresher = Refresher { store, hints, settings, version: stored.version, failing: false };
        Ok((Self(receiver), refresher))
    }

    /// The settings in force.
    pub(crate) fn current(&self) -> Arc<NotificationSettings> {
        Arc::clone(&self.0.borrow())
    }
}

impl Refresher {
    /// Runs until it is told to stop.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        // An error says that the token was cancelled, which is how this ends.
        let _stopped = stop.run_until_cancelled(self.follow()).await;
    }

    async fn follow(&mut self) {
        let mut interval = tokio::time::interval(REFRESH_INTERVAL);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        interval.reset();
        let mut listening = true;
        loop {
            tokio::select! {
                _ = interval.tick() => {}
                hint = self.hints.recv(), if listening => match hint {
                    Ok(hint) if hint::is_of_settings(&hint) || hint.is_resync() => {}
                    Ok(_about_something_else) => continue,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => {
                        listening = false;
                        continue;
                    }
                },
            }
            self.refresh().await;
        }
    }

    async fn refresh(&mut self) {
        match self.store.settings().await {
            Ok(stored) => {
                if stored.version != self.version {
                    tracing::info!(
                        settings.version = stored.version,
                        "the notification settings have changed"
                    );
                    self.version = stored.version;
                    self.settings.send_replace(Arc::new(stored.settings));
                }
                self.failing = false;
            }
            Err(error) if !self.failing => {
                self.failing = true;
                tracing::warn!(error = %error, "the notification settings cannot be read, the last ones stay in force");
            }
            Err(_logged_before) => {}
        }
    }
}
