//! `deskbell admin create`

use anyhow::bail;
use clap::Subcommand;
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
    let given = settings.admin.password.expose_secret();
    let password = if given.is_empty() { deskbell_admin_api::generate_password() } else { given.to_owned() };
    if !deskbell_admin_api::create_admin(&store, &SystemClock, &email, &password).await? {
        bail!("there is a user with the address {email} already");
    }
    if given.is_empty() {
        say(format_args!("Added {email}. Password, shown this once: {password}"))
    } else {
        say(format_args!("Added {email} with the password in ADMIN_PASSWORD."))
    }
}
