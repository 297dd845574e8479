//! A stage for tests in other languages, such as those in a browser: starts Deskbell and the stand-in for Twilio, prints
//! one line of JSON that says where everything is, and then does what each line of its input says:
//!
//! ```text
//! kill chat-api          kill -9
//! start chat-api         start it again, on the same port
//! ```
//!
//! Each is answered by a line `done`. At the end of the input it stops everything in good order.
//! `deskbell-stage services` runs three services on PostgreSQL and RabbitMQ, otherwise it is all one process.

use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, Result, bail};
use deskbell_e2e::{ADMIN_EMAIL, ADMIN_PASSWORD, Deployment, Mode, OWNER, Service, Setup};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<()> {
    let mode = match std::env::args().nth(1).as_deref() {
        Some("services") => Mode::Services,
        None | Some("embedded") => Mode::Embedded,
        Some(other) => bail!("there is no mode {other}: say `services` or `embedded`"),
    };
    let mut deskbell = Deployment::start(mode, Setup::ordinary()).await;
    say(&scene(&deskbell).to_string())?;
    for line in std::io::stdin().lock().lines() {
        obey(&mut deskbell, &line?).await?;
        say("done")?;
    }
    deskbell.stop();
    Ok(())
}

fn scene(deskbell: &Deployment) -> serde_json::Value {
    json!({
        "chat": deskbell.url(Service::ChatApi),
        "admin": deskbell.url(Service::AdminApi),
        "twilio": deskbell.twilio.url,
        "owner": OWNER,
        "email": ADMIN_EMAIL,
        "password": ADMIN_PASSWORD,
    })
}

async fn obey(deskbell: &mut Deployment, line: &str) -> Result<()> {
    let (verb, name) = line.split_once(' ').context("a line is a verb and a service")?;
    let service = match name {
        "chat-api" => Service::ChatApi,
        "admin-api" => Service::AdminApi,
        "sms-notifier" => Service::SmsNotifier,
        _ => bail!("there is no service {name}"),
    };
    match verb {
        "kill" => deskbell.kill9(service),
        "start" => deskbell.start_service(service, &[]).await,
        _ => bail!("nobody knows how to {verb}"),
    }
    Ok(())
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
