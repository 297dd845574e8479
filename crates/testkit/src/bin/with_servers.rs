//! Runs a command with a PostgreSQL and a RabbitMQ that all its test processes share:
//! `with-servers cargo nextest run`.

use std::process::{Command, ExitCode};
use std::thread;

use anyhow::{Context, Result};
use deskbell_testkit::shared::{AMQP_VARIABLE, MANAGEMENT_VARIABLE, POSTGRES_VARIABLE};
use deskbell_testkit::{PostgresServer, RabbitServer};

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1).skip_while(|argument| argument == "--");
    let program = arguments.next().context("usage: with-servers COMMAND [ARGUMENT]…")?;

    let rabbit = thread::spawn(RabbitServer::start);
    let postgres = PostgresServer::start()?;
    let rabbit = rabbit.join().expect("starting RabbitMQ does not panic")?;

    let status = Command::new(program)
        .args(arguments)
        .env(POSTGRES_VARIABLE, postgres.url())
        .env(AMQP_VARIABLE, rabbit.url())
        .env(MANAGEMENT_VARIABLE, rabbit.broker().management_url())
        .status()
        .context("cannot run the command")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
