//! `deskbell migrate`

use deskbell_relay::reach_database;
use deskbell_runtime::Settings;
use tokio_util::sync::CancellationToken;

use super::say;

pub(super) async fn execute(settings: &Settings, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let store = reach_database(settings, shutdown).await?;
    let applied = store.migrate().await?;
    if applied.is_empty() {
        return say("The database is up to date.");
    }
    for version in applied {
        say(format_args!("applied {version}"))?;
    }
    Ok(())
}
