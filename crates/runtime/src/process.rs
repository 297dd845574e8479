//! The frame around each binary: settings, logs, metrics, TLS, a Tokio runtime, then the service until it stops.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::{Settings, exit, metrics, shutdown, telemetry, tls};

/// How long threads that block (a resolver, a file) may keep an ending process waiting.
const RUNTIME_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Runs a service to its end. `run` gets the settings and the token that SIGTERM and SIGINT cancel; the error it
/// returns becomes a line on standard error and an exit code (see [`exit`]).
pub fn main<F, Fut>(process: &'static str, run: F) -> ExitCode
where
    F: FnOnce(Settings, CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    match try_main(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::fatal(process, &error),
    }
}

fn try_main<F, Fut>(run: F) -> anyhow::Result<()>
where
    F: FnOnce(Settings, CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    let settings = Settings::load()?;
    telemetry::init(&settings.telemetry);
    tls::install_provider();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if settings.process.worker_threads > 0 {
        builder.worker_threads(settings.process.worker_threads);
    }
    let runtime = builder.enable_all().build().context("the async runtime cannot be started")?;
    let result = runtime.block_on(async {
        tokio::spawn(metrics::upkeep(metrics::install()));
        let shutdown = shutdown::signal();
        run(settings, shutdown).await
    });
    runtime.shutdown_timeout(RUNTIME_SHUTDOWN_TIMEOUT);
    result
}
