//! The servers start, survive a kill with their data, and die with the process that started them.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use deskbell_testkit::{PostgresServer, Process, RabbitServer, free_port, shared, wait_until_blocking};
use serde_json::json;

const SOON: Duration = Duration::from_secs(20);

#[test]
fn postgres_keeps_what_was_committed_before_a_kill() {
    let mut server = PostgresServer::start().unwrap();
    let database = server.create_database("kept").unwrap();
    database.execute("CREATE TABLE facts (fact text); INSERT INTO facts VALUES ('committed')").unwrap();

    server.kill9();
    assert!(database.execute("SELECT 1").is_err(), "it is gone");
    server.start_again().unwrap();

    database.execute("DO $$ BEGIN ASSERT (SELECT count(*) FROM facts) = 1; END $$").unwrap();
    server.stop().unwrap();
    server.restart().unwrap();
    database.execute("SELECT 1").unwrap();
}

#[test]
fn each_test_has_a_database_of_its_own() {
    let (one, other) = (shared::database(), shared::database());
    one.execute("CREATE TABLE mine (id int)").unwrap();
    other.execute("CREATE TABLE mine (id int)").unwrap();
    let url = one.url().to_owned();
    drop(one);
    let psql = Command::new("/usr/bin/env").args(["psql", &url, "-c", "SELECT 1"]).output().unwrap();
    assert!(!psql.status.success(), "a dropped database is gone");
}

#[test]
fn rabbit_comes_back_after_a_kill_and_can_lose_its_data() {
    let mut server = RabbitServer::start().unwrap();
    let broker = server.broker();
    broker.put("/api/queues/%2f/kept", &json!({ "durable": true })).unwrap();

    server.kill9();
    assert!(broker.get("/api/queues/%2f/kept").is_err(), "it is gone");
    server.start_again().unwrap();
    broker.get("/api/queues/%2f/kept").unwrap();

    server.stop().unwrap();
    server.wipe_data().unwrap();
    server.start_again().unwrap();
    assert!(broker.get("/api/queues/%2f/kept").is_err(), "its data is gone");
    assert!(server.control(&["status"]).unwrap().contains("RabbitMQ version"));
}

#[test]
fn each_test_has_a_virtual_host_of_its_own() {
    let (one, other) = (shared::vhost(), shared::vhost());
    assert_ne!(one.name(), other.name());
    let path = format!("/api/vhosts/{}", one.name());
    let broker = one.broker().clone();
    broker.get(&path).unwrap();
    drop(one);
    assert!(broker.get(&path).is_err(), "a deleted virtual host is gone");
}

#[test]
fn a_process_is_watched_through_its_log() {
    let mut command = Command::new("/bin/sh");
    let mut process =
        Process::spawn("shell", command.args(["-c", "echo ready; exec cat /dev/zero >/dev/null"]));
    assert_eq!(process.wait_for_line("ready", SOON), "ready");
    assert_eq!(process.status(), None);
    assert!(!process.terminate(SOON).success());
}

/// The child of this test is a second instance of this test program, which starts a listener and is then killed.
#[test]
fn what_was_started_dies_with_the_process_that_started_it() {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "starts_a_listener_and_waits_to_be_killed", "--nocapture"]);
    let mut parent = Process::spawn("parent", command.env(PORT_VARIABLE, port.to_string()));
    let listens = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    wait_until_blocking("the grandchild listens", SOON, listens);

    // Only the parent: the grandchild is in a group of its own.
    parent.kill9();

    wait_until_blocking("the grandchild is gone", SOON, || !listens());
}

const PORT_VARIABLE: &str = "DESKBELL_TEST_LISTENER_PORT";

#[test]
#[expect(clippy::disallowed_methods, reason = "the other test speaks to this one through the environment")]
fn starts_a_listener_and_waits_to_be_killed() {
    let Ok(port) = std::env::var(PORT_VARIABLE) else { return };
    let mut epmd = Command::new("epmd");
    let mut listener = Process::spawn("listener", epmd.args(["-address", "127.0.0.1", "-port", &port]));
    listener.wait(Duration::from_secs(60));
}
