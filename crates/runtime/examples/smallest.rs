//! The smallest process on this frame: waits for its database, then until it is told to stop.
//! `cargo run -p deskbell-runtime --example smallest`

use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use deskbell_runtime::retry::{Attempt, with_backoff};
use deskbell_runtime::shutdown::drain;

fn main() -> ExitCode {
    deskbell_runtime::main("smallest", |settings, shutdown| async move {
        with_backoff("the database", settings.process.startup_timeout(), &shutdown, || async {
            if settings.database.is_sqlite() {
                Ok(())
            } else {
                Err(Attempt::Again(anyhow!("connection refused")))
            }
        })
        .await?;
        tracing::info!("running");
        shutdown.cancelled().await;
        let endless_when_told_so = async {
            if settings.process.worker_threads == 1 {
                std::future::pending::<()>().await;
            }
        };
        drain(
            "the work in flight",
            Duration::from_millis(settings.process.shutdown_timeout_ms),
            endless_when_told_so,
        )
        .await;
        tracing::info!("stopped");
        Ok(())
    })
}
