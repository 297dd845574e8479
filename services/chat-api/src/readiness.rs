//! What the service depends on, for `/readyz`.

use deskbell_bus::Bus;
use deskbell_http::{Dependency, Probes};
use deskbell_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::openapi;

/// The four probe routes of this service.
pub(crate) fn probes(store: &Store, bus: &Bus, metrics: PrometheusHandle) -> Probes {
    let dependencies = vec![database(store.clone()), broker(bus.clone())];
    Probes::new("chat-api", dependencies, metrics, &openapi::document())
}

fn database(store: Store) -> Dependency {
    let mend = "start the database, or correct DATABASE_URL; until then no message is taken";
    Dependency::new("database", mend, move || {
        let store = store.clone();
        async move { store.ping().await }
    })
}

fn broker(bus: Bus) -> Dependency {
    let mend = "start RabbitMQ, or correct AMQP_URL; until then messages are taken and their events wait in the outbox";
    Dependency::new("broker", mend, move || {
        let health = bus.health();
        async move {
            if health.is_ready() {
                return Ok(());
            }
            let blocked = health.blocked.map(|reason| format!("the broker takes no messages: {reason}"));
            Err(blocked.or(health.last_error).unwrap_or_else(|| "not connected yet".to_owned()))
        }
    })
}
