//! Starts that cannot succeed say why, in words and by the exit code; starts that can, do.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use deskbell_e2e::{Deployment, Mode, Opening, SOON, Service, Setup};
use deskbell_testkit::{Process, TestDatabase, free_port, shared};

/// `EX_UNAVAILABLE` of `sysexits.h`.
const UNAVAILABLE: i32 = 69;
/// `EX_CONFIG`.
const CONFIG: i32 = 78;
const PROGRAMS: [&str; 3] = ["chat-api", "admin-api", "sms-notifier"];

/// Runs a program that is expected to end by itself: how it ended, and what it said.
fn outcome(name: &str, command: &mut Command, within: Duration) -> (ExitStatus, String) {
    let mut process = Process::spawn(name, command);
    let status = process.wait(within);
    (status, process.log())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_makes_no_sense_is_named() {
    let deskbell = Deployment::prepare(Mode::Embedded, Setup::ordinary()).await;
    for (name, value) in [
        ("DATABASE_URL", "mysql://localhost/deskbell"),
        ("AMQP_URL", "kafka://localhost"),
        ("CHAT_API_BIND", "everywhere"),
        ("SMS_NOTIFICATION_TYPES", "new_chat,no_such_type"),
        ("DESKBELL__NOTIFIER__LEASE_MS", "soon"),
        ("DESKBELL__NOTIFIER__LEASE", "1000"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
    ] {
        for program in ["deskbell"].iter().chain(&PROGRAMS) {
            let mut command = deskbell.command(program);
            let (status, said) = outcome(program, command.env(name, value), SOON);
            assert_eq!(status.code(), Some(CONFIG), "{program} with {name}={value}:\n{said}");
            assert!(said.contains(name), "{program} does not name {name}:\n{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_none_is_named_at_the_first_start() {
    for (name, value) in [("OWNER_PHONE_NUMBER", "+1234567890"), ("MANAGER_PHONE_NUMBERS", "0800-PLUMBER")] {
        let deskbell = Deployment::prepare(Mode::Embedded, Setup::ordinary()).await;
        let mut command = deskbell.command("deskbell");
        let (status, said) = outcome("deskbell", command.env(name, value), SOON);
        assert_eq!(status.code(), Some(CONFIG), "{name}={value}:\n{said}");
        assert!(said.contains(name), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_broken_settings_are_all_named_at_once() {
    let deskbell = Deployment::prepare(Mode::Embedded, Setup::ordinary()).await;
    let mut command = deskbell.command("deskbell");
    command.env("CHAT_API_BIND", "everywhere").env("ADMIN_API_BIND", "nowhere");
    let (_, said) = outcome("deskbell", &mut command, SOON);
    assert!(said.contains("CHAT_API_BIND") && said.contains("ADMIN_API_BIND"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_refuses_a_database_that_others_cannot_reach() {
    let deskbell = Deployment::prepare(Mode::Embedded, Setup::ordinary()).await;
    for program in PROGRAMS {
        let (status, said) = outcome(program, &mut deskbell.command(program), SOON);
        assert_eq!(status.code(), Some(CONFIG), "{said}");
        assert!(said.contains("DATABASE_URL"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stays_away_ends_the_start() {
    let url = format!("postgres://deskbell@127.0.0.1:{}/deskbell", free_port());
    let setup = Setup::ordinary()
        .with("DATABASE_URL", &url)
        .with("AMQP_URL", &format!("amqp://127.0.0.1:{}", free_port()))
        .with("DESKBELL__PROCESS__STARTUP_TIMEOUT_MS", "1000");
    let deskbell = Deployment::prepare(Mode::Embedded, setup).await;
    for program in ["deskbell"].iter().chain(&PROGRAMS) {
        let (status, said) = outcome(program, &mut deskbell.command(program), SOON);
        assert_eq!(status.code(), Some(UNAVAILABLE), "{program}:\n{said}");
        assert!(said.contains("DATABASE_URL"), "{program}:\n{said}");
        assert!(said.contains("trying again"), "{program} tries more than once:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_tables_is_not_touched() {
    let empty = shared::database();
    let setup = Setup::ordinary()
        .with("DATABASE_URL", TestDatabase::url(&empty))
        .with("AMQP_URL", "amqp://127.0.0.1:1");
    let deskbell = Deployment::prepare(Mode::Embedded, setup).await;
    for program in PROGRAMS {
        let (status, said) = outcome(program, &mut deskbell.command(program), SOON);
        assert!(!status.success(), "{program}:\n{said}");
        assert!(said.contains("deskbell migrate"), "{program}:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_keeps_no_message_from_being_taken() {
    let away = format!("amqp://127.0.0.1:{}", free_port());
    let mut deskbell = Deployment::prepare(Mode::Services, Setup::ordinary().with("AMQP_URL", &away)).await;
    deskbell.spawn(Service::ChatApi, &[]);
    let not_ready = deskbell_e2e::eventually("chat-api says that it is not ready", SOON, async || {
        deskbell.website.get("/readyz").await.ok().filter(|answer| answer.status.as_u16() == 503)
    })
    .await;
    let broker = not_ready.json()["dependencies"].as_array().cloned().unwrap_or_default();
    let broker = broker.iter().find(|dependency| dependency["name"] == "broker").cloned().unwrap_or_default();
    assert!(broker["mend"].as_str().is_some_and(|mend| mend.contains("AMQP_URL")), "{}", not_ready.text);

    let chat = deskbell.website.begin(Opening::saying("Hello")).await;

    assert_eq!(chat.read().await.len(), 1);
    assert_eq!(deskbell.database().count("outbox WHERE published_at IS NULL").await, 1, "its event waits");
    assert!(deskbell.terminate(Service::ChatApi).success());
}
