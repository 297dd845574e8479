//! The service as a process of its own.

use std::process::ExitCode;
use std::sync::Arc;

use deskbell_bus::Role;
use deskbell_domain::SystemClock;
use deskbell_relay::{open_bus, open_store};
use deskbell_runtime::metrics;
use deskbell_sms_notifier::Application;
use deskbell_sms_notifier::faults::Faults;

fn main() -> ExitCode {
    deskbell_runtime::main("sms-notifier", async |settings, shutdown| {
        settings.require_servers()?;
        #[cfg(feature = "fault-points")]
        let faults = Faults::from_arguments(std::env::args())?;
        #[cfg(not(feature = "fault-points"))]
        let faults = Faults::none();
        let store = open_store(&settings, &shutdown).await?;
        let bus = open_bus(&settings, "sms-notifier", Role::Consumer)?;
        let clock = Arc::new(SystemClock);
        let application =
            Application::build(&settings, store, bus.clone(), clock, metrics::install(), faults, shutdown)?;
        application.run_until_stopped().await?;
        bus.close().await;
        Ok(())
    })
}
