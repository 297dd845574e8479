//! The commands, as one list.

mod admin;
mod dead_letters;
mod doctor;
mod migrate;
mod run;

use std::io::Write as _;

use clap::{Parser, Subcommand};
use deskbell_runtime::Settings;
use tokio_util::sync::CancellationToken;

/// Deskbell: a customer's chat rings the owner's phone.
///
/// Settings come from deskbell.toml and from environment variables; see README.md.
#[derive(Debug, Parser)]
#[command(name = "deskbell", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run chat-api, admin-api and sms-notifier in this one process (the default).
    Run,
    /// Bring the database's schema up to date.
    Migrate,
    /// Users of the panel.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Messages that could not be handled.
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLettersCommand),
    /// Check everything an installation needs, and say how to mend what is missing.
    Doctor,
}

pub(crate) async fn execute(
    arguments: Arguments,
    settings: &Settings,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    match arguments.command.unwrap_or(Command::Run) {
        Command::Run => run::execute(settings, shutdown).await,
        Command::Migrate => migrate::execute(settings, &shutdown).await,
        Command::Admin(command) => admin::execute(command, settings, &shutdown).await,
        Command::DeadLetters(command) => dead_letters::execute(command, settings, &shutdown).await,
        Command::Doctor => doctor::execute(settings, &shutdown).await,
    }
}

/// Prints a line for the person who ran the command.
fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
