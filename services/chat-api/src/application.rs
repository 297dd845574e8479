//! The service as a whole: built from settings, store and bus, run until it is told to stop.

use std::sync::Arc;

use actix_web::web::Data;
use anyhow::Context as _;
use deskbell_bus::Bus;
use deskbell_domain::Clock;
use deskbell_http::{Bound, Listener, Origins, bind};
use deskbell_runtime::{CancellationToken, Settings};
use deskbell_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::answer_time::AnswerTime;
use crate::background::Background;
use crate::business_hours::BusinessHours;
use crate::limits::Limits;
use crate::live::{self, Live};
use crate::readiness::probes;
use crate::routes::Routes;
use crate::settings_watch::SettingsWatch;
use crate::state::AppState;
use crate::web_files;

/// The chat API, listening but not yet answering.
pub struct Application {
    server: Bound,
    background: Background,
    stop: CancellationToken,
}

impl Application {
    /// Takes the listener's address and starts what runs beside it: the writer of messages, the relay of their events,
    /// the watch over unanswered chats and over the settings. Store and bus may be shared with other services.
    ///
    /// # Errors
    /// When the settings cannot be read from the store, or the address cannot be taken.
    pub async fn build(
        settings: &Settings,
        store: Store,
        bus: Bus,
        clock: Arc<dyn Clock>,
        metrics: PrometheusHandle,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        let stop = shutdown.child_token();
        let (watch, refresher) = SettingsWatch::load(store.clone(), &bus)
            .await
            .context("the notification settings cannot be read from the database")?;
        let probes = probes(&store, &bus, metrics);
        let (mut background, ingest) =
            Background::spawn(settings, &store, &bus, &clock, (&watch, refresher), &stop);
        let hours = BusinessHours::new(watch.clone(), Arc::clone(&clock));
        let (live, follower) = Live::open(&settings.chat_api, &store, &bus, hours.clone())
            .await
            .context("the epoch cannot be read from the database")?;
        // Open chat windows are sent away first: the server knows nothing of them and would cut them off.
        let drained = CancellationToken::new();
        tokio::spawn(live::drain(Arc::clone(&live.roll), stop.clone(), drained.clone()));
        background.look_after(&live, follower, hours, &drained);
        let limits = Limits::new(&settings.chat_api);
        let answer_time = AnswerTime::default();
        let state =
            Data::new(AppState { store, ingest, bus, settings: watch, clock, limits, live, answer_time });
        let origins = Origins::new(&settings.chat_api.allowed_origins);
        let routes = Routes { state, probes, origins, demo: web_files::demo_is_shown(settings) };
        let server = bind(&listener(settings), drained, move |config| routes.configure(config))?;
        tracing::info!(address = %server.addr(), "the chat API listens");
        Ok(Self { server, background, stop })
    }

    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Serves until the token given to [`build`](Self::build) is cancelled. Then accepts nothing more, answers what is
    /// in flight, and has messages written and events published that were accepted; all of it bounded in time.
    ///
    /// # Errors
    /// When the server fails; what was accepted is finished even then.
    pub async fn run_until_stopped(self) -> anyhow::Result<()> {
        let served = self.server.run_until_stopped().await;
        self.stop.cancel();
        self.background.finish().await;
        served.context("the chat API's server failed")
    }
}

fn listener(settings: &Settings) -> Listener {
    Listener {
        bind: settings.chat_api.bind,
        bind_setting: "CHAT_API_BIND",
        workers: settings.chat_api.workers,
        http: settings.http.clone(),
        shutdown_timeout: settings.process.shutdown_timeout(),
    }
}
