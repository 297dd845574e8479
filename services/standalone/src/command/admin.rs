//! `deskbell admin create`

use clap::Subcommand;
use deskbell_admin_api::{create_admin, generated_password};
use deskbell_domain::SystemClock;
use deskbell_relay::open_store;
use deskbell_runtime::Settings;
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;

use super::say;

/// What can be done about users.
#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Add an admin. The password is ADMIN_PASSWORD, or one that is made up and shown once.
    Create {
        /// The mail address to log in with.
        email: String,
    },
}

pub(super) async fn execute(
    command: AdminCommand,
    settings: &Settings,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let AdminCommand::Create { email } = command;
    let store = open_store(settings, shutdown).await?;
    let given = settings.admin.password.clone();
    let password = given.clone().unwrap_or_else(|| generated_password().into());
    create_admin(&store, &SystemClock, &email, password.clone()).await?;
    if given.is_some() {
        return say(format_args!("Added {email} with the password in ADMIN_PASSWORD."));
    }
    say(format_args!("Added {email}. Password, shown this once: {}", password.expose_secret()))
}
