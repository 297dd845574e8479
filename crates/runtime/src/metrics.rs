//! The process's Prometheus recorder.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

const UPKEEP_INTERVAL: Duration = Duration::from_secs(15);

/// Upper bounds of all histograms; what is measured here are durations in seconds.
const BUCKETS_S: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Collects every metric of this process from now on; the handle renders them. A second call returns the same handle:
/// the recorder is one for the process, however many services run in it.
pub fn install() -> PrometheusHandle {
    HANDLE
        .get_or_init(|| {
            build().expect("the buckets are not empty, and nothing else installs a metrics recorder")
        })
        .clone()
}

/// Keeps the histograms' raw samples from piling up between two scrapes. Runs until it is dropped.
pub async fn upkeep(handle: PrometheusHandle) {
    let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
    loop {
        interval.tick().await;
        handle.run_upkeep();
    }
}

fn build() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets(&BUCKETS_S)?.install_recorder()
}
