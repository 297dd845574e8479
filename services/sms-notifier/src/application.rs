//! The service put together.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use deskbell_bus::Bus;
use deskbell_domain::Clock;
use deskbell_http::{Bound, Dependency, Listener, Probes, bind};
use deskbell_runtime::{Settings, shutdown};
use deskbell_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi as _;

use crate::dispatcher::Lane;
use crate::engine::{Engine, EngineOptions};
use crate::faults::Faults;
use crate::routes::{ApiDoc, AppState, configure};
use crate::{channels, consumer, dispatcher, keeper};

/// A service that has taken its address and is ready to run.
pub struct Application {
    bound: Bound,
    engine: Engine,
    bus: Bus,
    lanes: [Lane; 2],
    oldest_due_alarm: Duration,
    drain: Duration,
    shutdown: CancellationToken,
}

impl Application {
    /// Puts the service together; nothing is consumed or sent yet.
    ///
    /// # Errors
    /// When the address is taken or the settings contradict themselves.
    pub fn build(
        settings: &Settings,
        store: Store,
        bus: Bus,
        clock: Arc<dyn Clock>,
        metrics: PrometheusHandle,
        faults: Faults,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        let (channel, auth_token) = channels::open(settings)?;
        let options = EngineOptions::from(settings);
        let engine = Engine::new(store, Arc::clone(&clock), channel, options, faults, rand::random());
        let oldest_due_alarm = Duration::from_millis(settings.notifier.oldest_due_alarm_ms);
        let probes = Probes::new(
            "sms-notifier",
            dependencies(engine.store(), &bus, clock, oldest_due_alarm),
            metrics,
            &ApiDoc::openapi(),
        );
        let state = Data::new(AppState {
            engine: engine.clone(),
            auth_token,
            public_url: settings
                .public
                .notifier_url
                .as_ref()
                .map_or_else(String::new, |url| url.as_str().trim_end_matches('/').to_owned()),
        });
        let listener = Listener {
            bind: settings.sms_notifier.bind,
            bind_setting: "SMS_NOTIFIER_BIND",
            workers: settings.sms_notifier.workers,
            http: settings.http.clone(),
            shutdown_timeout: settings.process.shutdown_timeout(),
        };
        let bound =
            bind(&listener, shutdown.clone(), move |routes| configure(routes, state.clone(), &probes))?;
        let lane =
            |in_flight, urgent_only| Lane { in_flight, urgent_only, poll: settings.notifier.claim_poll() };
        let lanes =
            [lane(settings.notifier.in_flight, false), lane(settings.notifier.urgent_in_flight, true)];
        let drain = settings.process.shutdown_timeout();
        Ok(Self { bound, engine, bus, lanes, oldest_due_alarm, drain, shutdown })
    }

    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.bound.port()
    }

    /// Works until told to stop, and until requests in flight have ended and are written down.
    ///
    /// # Errors
    /// When the HTTP server fails.
    pub async fn run_until_stopped(self) -> anyhow::Result<()> {
        let wake = Arc::new(Notify::new());
        let stop = || self.shutdown.clone();
        let work = [
            tokio::spawn(consumer::run(self.engine.clone(), self.bus.clone(), Arc::clone(&wake), stop())),
            tokio::spawn(consumer::run_dead(self.engine.clone(), self.bus.clone(), stop())),
            tokio::spawn(dispatcher::run(self.engine.clone(), self.lanes, wake, stop())),
            tokio::spawn(keeper::run(self.engine.clone(), self.oldest_due_alarm, stop())),
        ];
        self.bound.run_until_stopped().await?;
        let finish = async {
            for task in work {
                task.await
                    .unwrap_or_else(|error| tracing::error!(error = %error, "a task of the service failed"));
            }
        };
        shutdown::drain("sms-notifier", self.drain, finish).await;
        Ok(())
    }
}

/// What `/readyz` asks. A late notice is told there, but a service that is behind is no less ready to work.
fn dependencies(store: &Store, bus: &Bus, clock: Arc<dyn Clock>, alarm: Duration) -> Vec<Dependency> {
    let (database, notices, bus) = (store.clone(), store.clone(), bus.clone());
    vec![
        Dependency::new("database", "Start PostgreSQL, or mend DATABASE_URL.", move || {
            let store = database.clone();
            async move { store.ping().await }
        }),
        Dependency::new("broker", "Start RabbitMQ, or mend AMQP_URL.", move || {
            let health = bus.health();
            async move {
                if health.is_ready() {
                    Ok(())
                } else {
                    Err(health.last_error.or(health.blocked).unwrap_or_default())
                }
            }
        }),
        Dependency::new(
            "notices",
            "See the delivery log for why notices wait, and the log of this service.",
            move || {
                let (store, clock) = (notices.clone(), Arc::clone(&clock));
                async move {
                    let now = clock.now();
                    let health = store.notice_health(now).await.map_err(|error| error.to_string())?;
                    match health.oldest_due_at.map(|due_at| now.since(due_at)).filter(|age| *age > alarm) {
                        Some(age) => Err(format!("the oldest due notice has waited for {} s", age.as_secs())),
                        None => Ok(()),
                    }
                }
            },
        )
        .only_told(),
    ]
}
