//! Opening store and bus as the settings say, with patience for servers that are still starting.

use anyhow::Context as _;
use deskbell_bus::{Bus, BusSettings, Role};
use deskbell_runtime::Settings;
use deskbell_runtime::retry::{Attempt, with_backoff};
use deskbell_store::{Store, StoreError, StoreOptions};
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;

/// Opens the database and checks its schema; waits for it as long as `process.startup_timeout_ms` allows.
///
/// # Errors
/// When the URL is wrong, the database stays away, or its schema is not one this release works with.
pub async fn open_store(settings: &Settings, shutdown: &CancellationToken) -> anyhow::Result<Store> {
    let store = reach_database(settings, shutdown).await?;
    store.check_schema().await?;
    Ok(store)
}

/// Opens the database, whatever its schema.
///
/// # Errors
/// When the URL is wrong or the database stays away.
pub async fn reach_database(settings: &Settings, shutdown: &CancellationToken) -> anyhow::Result<Store> {
    let options = StoreOptions {
        url: settings.database.url.expose_secret().to_owned(),
        pool_size: usize::try_from(settings.database.pool_size).unwrap_or(usize::MAX),
        connect_timeout: settings.database.connect_timeout(),
    };
    let store = Store::open(&options)?;
    with_backoff("the database (DATABASE_URL)", settings.process.startup_timeout(), shutdown, || async {
        store.ping().await.map_err(|error| match error {
            StoreError::Unavailable(_) => Attempt::from(error),
            _ => Attempt::never(error),
        })
    })
    .await?;
    Ok(store)
}

/// Opens the bus. A broker that is away is no reason not to start: events wait in the outbox, and `/readyz` tells.
///
/// # Errors
/// When the URL is wrong.
pub fn open_bus(settings: &Settings, connection_name: &str, role: Role) -> anyhow::Result<Bus> {
    let mut options = BusSettings::new(settings.bus.url.expose_secret(), connection_name).with_role(role);
    options.prefetch = settings.bus.prefetch;
    options.publish_timeout = settings.bus.publish_timeout();
    Bus::open(&options).context("AMQP_URL")
}
