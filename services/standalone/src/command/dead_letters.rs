//! `deskbell dead-letters list|replay`

use anyhow::bail;
use clap::Subcommand;
use deskbell_domain::{Clock as _, EventId, QuarantineId, SystemClock};
use deskbell_relay::open_store;
use deskbell_runtime::Settings;
use deskbell_store::Store;
use deskbell_store::model::event::{OutboxEvent, Quarantined};
use tokio_util::sync::CancellationToken;

use super::say;

/// Most dead letters that are shown or replayed at once.
const PAGE: i64 = 1_000;

/// What can be done about dead letters.
#[derive(Debug, Subcommand)]
pub(super) enum DeadLettersCommand {
    /// Show them, the newest first.
    List,
    /// Send one through once more, or all of them.
    Replay {
        /// Its id, as `list` shows it; without one, all of them.
        id: Option<QuarantineId>,
    },
}

pub(super) async fn execute(
    command: DeadLettersCommand,
    settings: &Settings,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let store = open_store(settings, shutdown).await?;
    let letters = store.quarantined(PAGE).await?;
    match command {
        DeadLettersCommand::List if letters.is_empty() => say("There are no dead letters."),
        DeadLettersCommand::List => letters.iter().try_for_each(show),
        DeadLettersCommand::Replay { id: Some(id) } => match letters.iter().find(|letter| letter.id == id) {
            Some(letter) => replay(&store, letter).await,
            None => bail!("there is no dead letter {id} that waits to be replayed"),
        },
        DeadLettersCommand::Replay { id: None } => {
            for letter in &letters {
                replay(&store, letter).await?;
            }
            say(format_args!("{} dead letters were replayed.", letters.len()))
        }
    }
}

fn show(letter: &Quarantined) -> anyhow::Result<()> {
    let Quarantined { id, received_at, name, reason, payload, .. } = letter;
    say(format_args!("{id}  {received_at}  {name}  {} bytes  {reason}", payload.len()))
}

/// Keeps the event's id where it has one, so that a notice which went out before is not sent again.
async fn replay(store: &Store, letter: &Quarantined) -> anyhow::Result<()> {
    let event = OutboxEvent {
        id: letter.event_id.unwrap_or_else(|| EventId::mint(&SystemClock)),
        name: letter.name.clone(),
        payload: letter.payload.clone(),
    };
    let replayed = store.replay(letter, &event, SystemClock.now()).await?;
    let word = if replayed { "replayed" } else { "was replayed before" };
    say(format_args!("{} {word}", letter.id))
}
