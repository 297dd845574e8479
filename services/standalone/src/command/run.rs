//! `deskbell run`: the three services on one store and one bus.

use std::sync::Arc;

use deskbell_bus::Role;
use deskbell_domain::{Clock, SystemClock};
use deskbell_relay::{open_bus, open_store, reach_database};
use deskbell_runtime::{Settings, metrics};
use deskbell_sms_notifier::faults::Faults;
use deskbell_store::Store;
use tokio_util::sync::CancellationToken;

pub(super) async fn execute(settings: &Settings, shutdown: CancellationToken) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open(settings, &*clock, &shutdown).await?;
    let bus = open_bus(settings, "deskbell", Role::Consumer)?;
    let chat = deskbell_chat_api::Application::build(
        settings,
        store.clone(),
        bus.clone(),
        Arc::clone(&clock),
        metrics::install(),
        shutdown.clone(),
    )
    .await?;
    let admin = deskbell_admin_api::Application::build(
        settings,
        store.clone(),
        bus.clone(),
        Arc::clone(&clock),
        metrics::install(),
        shutdown.clone(),
    )
    .await?;
    let notifier = deskbell_sms_notifier::Application::build(
        settings,
        store,
        bus.clone(),
        clock,
        metrics::install(),
        Faults::none(),
        shutdown.clone(),
    )?;
    tracing::info!(
        chat_port = chat.port(),
        admin_port = admin.port(),
        notifier_port = notifier.port(),
        "Deskbell is running: chat API {}, panel {}",
        settings.public.chat_url,
        settings.public.admin_url,
    );
    let result = run_all(chat, admin, notifier, &shutdown).await;
    bus.close().await;
    result
}

/// When one of the three ends, whatever the reason, the others are told to.
async fn run_all(
    chat: deskbell_chat_api::Application,
    admin: deskbell_admin_api::Application,
    notifier: deskbell_sms_notifier::Application,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let stop = |result: anyhow::Result<()>| {
        shutdown.cancel();
        result
    };
    let (chat, admin, notifier) = tokio::join!(
        async { stop(chat.run_until_stopped().await) },
        async { stop(admin.run_until_stopped().await) },
        async { stop(notifier.run_until_stopped().await) },
    );
    chat.and(admin).and(notifier)
}

/// SQLite belongs to this process alone: it is brought up to date here, and what a process before was working on is
/// taken back. A PostgreSQL that others share is left to `deskbell migrate`.
async fn open(settings: &Settings, clock: &dyn Clock, shutdown: &CancellationToken) -> anyhow::Result<Store> {
    if !settings.database.is_sqlite() {
        return open_store(settings, shutdown).await;
    }
    let store = reach_database(settings, shutdown).await?;
    store.migrate().await?;
    store.check_schema().await?;
    if settings.bus.is_memory() {
        store.reclaim(clock.now()).await?;
    }
    Ok(store)
}
