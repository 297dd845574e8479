//! The program itself: what it says when it cannot start, and how it ends.

use std::process::Command;
use std::time::Duration;

use deskbell_store::{Store, StoreOptions};
use deskbell_testkit::{Process, free_port, shared};

const UNAVAILABLE: i32 = 69;
const CONFIG: i32 = 78;
const SOON: Duration = Duration::from_secs(30);

/// The program with these settings and none of the surroundings'.
fn program(settings: &[(&str, &str)]) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat-api"));
    command.env_clear().envs(settings.iter().copied()).env("CHAT_API_BIND", "127.0.0.1:0");
    Process::spawn("chat-api", &mut command)
}

#[track_caller]
fn assert_ends(mut process: Process, code: i32, says: &str) {
    let status = process.wait(SOON);
    assert_eq!(status.code(), Some(code), "{}", process.log());
    assert!(process.log().contains(says), "{}", process.log());
}

#[test]
fn without_servers_it_names_the_setting() {
    assert_ends(program(&[]), CONFIG, "DATABASE_URL");
    let database = ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    assert_ends(program(&[database]), CONFIG, "AMQP_URL");
    assert_ends(program(&[("DATABASE_URL", "mysql://somewhere")]), CONFIG, "DATABASE_URL");
    assert_ends(program(&[("DESKBELL__CHAT_API__WORKERS", "many")]), CONFIG, "DESKBELL__CHAT_API__WORKERS");
}

#[test]
fn a_database_that_stays_away_is_named_after_a_while() {
    let database = format!("postgres://nobody@127.0.0.1:{}/nothing", free_port());
    let process = program(&[
        ("DATABASE_URL", &database),
        ("AMQP_URL", "amqp://guest:guest@127.0.0.1:1"),
        ("DESKBELL__PROCESS__STARTUP_TIMEOUT_MS", "500"),
    ]);
    assert_ends(process, UNAVAILABLE, "DATABASE_URL");
}

#[tokio::test]
async fn it_starts_without_a_broker_and_ends_in_good_order() {
    let database = tokio::task::spawn_blocking(shared::database).await.unwrap();
    Store::open(&StoreOptions::new(database.url())).unwrap().migrate().await.unwrap();
    let broker = format!("amqp://guest:guest@127.0.0.1:{}", free_port());
    let mut process = program(&[("DATABASE_URL", database.url()), ("AMQP_URL", &broker)]);
    process.wait_for_line("the chat API listens", SOON);
    let status = process.terminate(SOON);
    assert_eq!(status.code(), Some(0), "{}", process.log());
}
