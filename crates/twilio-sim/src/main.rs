//! `twilio-sim`: the stand-in as a process. Settings come from `TWILIO_SIM_…` variables.

use anyhow::{Context as _, anyhow};
use deskbell_twilio_sim::{SimSettings, TwilioSim};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .init();
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| anyhow!("a TLS provider is installed already"))?;
    let settings = SimSettings::from_variables(std::env::vars()).context("wrong settings")?;
    let sim = TwilioSim::start(settings).await?;
    tracing::info!(url = %sim.url, control.url = %sim.control_url, "the stand-in for Twilio listens; open it in a browser to see the phones");
    sim.run_until(shutdown()).await;
    Ok(())
}

/// Ends on Ctrl-C and on SIGTERM.
async fn shutdown() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate =
        signal(SignalKind::terminate()).expect("signal handlers can be installed at the start");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
