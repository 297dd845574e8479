//! The admin API as a process of its own.

use std::process::ExitCode;
use std::sync::Arc;

use deskbell_admin_api::Application;
use deskbell_bus::Role;
use deskbell_domain::SystemClock;
use deskbell_relay::{open_bus, open_store};
use deskbell_runtime::metrics;

fn main() -> ExitCode {
    deskbell_runtime::main("admin-api", |settings, shutdown| async move {
        settings.require_servers()?;
        let recorder = metrics::install();
        tokio::spawn(metrics::upkeep(recorder.clone()));
        let store = open_store(&settings, &shutdown).await?;
        let bus = open_bus(&settings, "admin-api", Role::Publisher)?;
        let clock = Arc::new(SystemClock);
        let application =
            Application::build(&settings, store, bus.clone(), clock, recorder, shutdown).await?;
        application.run_until_stopped().await?;
        bus.close().await;
        Ok(())
    })
}
