//! The service as a whole: built from settings, store and bus, run until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use anyhow::Context as _;
use deskbell_bus::Bus;
use deskbell_domain::Clock;
use deskbell_http::{Bound, Listener, bind};
use deskbell_relay::{Relay, RelaySettings};
use deskbell_runtime::shutdown::drain;
use deskbell_runtime::{CancellationToken, Settings};
use deskbell_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::bootstrap;
use crate::housekeeping::Housekeeper;
use crate::passwords::Passwords;
use crate::readiness::probes;
use crate::routes;
use crate::state::{AppState, Limits, Site};

/// How long events in flight may take once the last request is answered. What is left then lies in the outbox.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The admin API, listening but not yet answering.
pub struct Application {
    server: Bound,
    relay: JoinHandle<()>,
    relay_stop: CancellationToken,
    housekeeping: JoinHandle<()>,
    stop: CancellationToken,
}

impl Application {
    /// Gives an empty database its first content, takes the listener's address, and starts what runs beside it. Store
    /// and bus may be shared with other services.
    ///
    /// # Errors
    /// When the database does not answer, the first content is not acceptable, or the address cannot be taken.
    pub async fn build(
        settings: &Settings,
        store: Store,
        bus: Bus,
        clock: Arc<dyn Clock>,
        metrics: PrometheusHandle,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        let stop = shutdown.child_token();
        let passwords = Passwords::prepare().await?;
        bootstrap::run(settings, &store, &*clock, &passwords).await?;

        let relay_stop = CancellationToken::new();
        let relay = Relay::spawn(
            store.clone(),
            bus.clone(),
            Arc::clone(&clock),
            RelaySettings::from(settings),
            relay_stop.clone(),
        );
        let housekeeper = Housekeeper::new(store.clone(), Arc::clone(&clock), &settings.retention);
        let housekeeping = tokio::spawn(housekeeper.run(stop.clone()));

        let probes = probes(&store, &bus, metrics);
        let state = Data::new(AppState {
            store,
            bus,
            clock,
            outbox: relay.events,
            passwords,
            limits: Limits::new(settings),
            site: Site::new(settings),
        });
        let server = bind(&listener(settings), stop.clone(), move |config| {
            config.app_data(state.clone());
            probes.configure(config);
            routes::configure(config);
        })?;
        tracing::info!(address = %server.addr(), "the admin API listens");
        Ok(Self { server, relay: relay.task, relay_stop, housekeeping, stop })
    }

    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Serves until the token given to [`build`](Self::build) is cancelled. Then accepts nothing more, answers what is
    /// in flight and publishes the events of it, within bounds.
    ///
    /// # Errors
    /// When the server fails; what was accepted is finished even then.
    pub async fn run_until_stopped(self) -> anyhow::Result<()> {
        let served = self.server.run_until_stopped().await;
        self.stop.cancel();
        self.relay_stop.cancel();
        drain("what was accepted before the stop", DRAIN_TIMEOUT, async {
            for task in [self.relay, self.housekeeping] {
                if let Err(error) = task.await {
                    tracing::error!(error = %error, "a background task failed");
                }
            }
        })
        .await;
        served.context("the admin API's server failed")
    }
}

fn listener(settings: &Settings) -> Listener {
    Listener {
        bind: settings.admin_api.bind,
        bind_setting: "ADMIN_API_BIND",
        workers: settings.admin_api.workers,
        http: settings.http.clone(),
        shutdown_timeout: settings.process.shutdown_timeout(),
    }
}
