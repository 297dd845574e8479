//! What this service cannot work without.

use deskbell_bus::Bus;
use deskbell_http::{Dependency, Probes};
use deskbell_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::openapi;

pub(crate) fn probes(store: &Store, bus: &Bus, metrics: PrometheusHandle) -> Probes {
    let store = store.clone();
    let database = Dependency::new(
        "database",
        "start the database, or set DATABASE_URL to where it is; after an update run `deskbell migrate`",
        move || {
            let store = store.clone();
            async move { store.check_schema().await }
        },
    );
    let bus = bus.clone();
    let broker = Dependency::new(
        "broker",
        "start RabbitMQ, or set AMQP_URL to where it is; events wait meanwhile",
        move || {
            let health = bus.health();
            async move {
                match (health.connected, health.blocked, health.last_error) {
                    (true, None, _) => Ok(()),
                    (true, Some(reason), _) => Err(format!("takes no messages: {reason}")),
                    (false, _, error) => Err(error.unwrap_or_else(|| "not connected yet".to_owned())),
                }
            }
        },
    );
    Probes::new("admin-api", vec![database, broker], metrics, &openapi::document())
}
