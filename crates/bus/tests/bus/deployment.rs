//! `deploy/rabbitmq` states the same facts as the code, and gives each service no more than it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use deskbell_bus::topology::{
    Argument, BINDINGS, DEAD_EXCHANGE, DEAD_QUEUE, EVENTS_QUEUE, EXCHANGES, QUEUES,
};
use deskbell_bus::{BusSettings, Hint, MAX_EVENT_BODY_BYTES, Role};
use deskbell_testkit::RabbitServer;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use serde_json::{Value, json};

use crate::backend::{connect, next, publish, settings, soon};

const USERS: [&str; 3] = ["chat-api", "sms-notifier", "admin-api"];
const VHOST: &str = "deskbell";

fn deploy(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rabbitmq").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(deploy(file)).unwrap()
}

fn definitions() -> Value {
    serde_json::from_str(&read("definitions.json")).unwrap()
}

/// The members of one list of the definitions, each as a set of its fields.
fn stated(list: &str) -> BTreeSet<BTreeMap<String, String>> {
    let definitions = definitions();
    let entries = definitions[list].as_array().unwrap().iter();
    entries.map(|entry| fields(entry.as_object().unwrap().iter())).collect()
}

fn declared(entries: impl Iterator<Item = Value>) -> BTreeSet<BTreeMap<String, String>> {
    entries.map(|entry| fields(entry.as_object().unwrap().iter())).collect()
}

fn fields<'a>(entry: impl Iterator<Item = (&'a String, &'a Value)>) -> BTreeMap<String, String> {
    entry.map(|(name, value)| (name.clone(), value.to_string())).collect()
}

#[test]
fn the_definitions_state_the_exchanges_of_the_code() {
    let code = declared(EXCHANGES.iter().map(|exchange| {
        json!({
            "name": exchange.name, "vhost": VHOST, "type": format!("{:?}", exchange.kind).to_lowercase(), "durable": exchange.durable,
            "auto_delete": false, "internal": false, "arguments": {},
        })
    }));
    assert_eq!(stated("exchanges"), code);
}

#[test]
fn the_definitions_state_the_queues_of_the_code() {
    let code = declared(QUEUES.iter().map(|queue| {
        let arguments = queue.arguments.iter().map(|(name, value)| {
            let value = match *value {
                Argument::Text(text) => json!(text),
                Argument::Number(number) => json!(number),
            };
            ((*name).to_owned(), value)
        });
        let arguments: serde_json::Map<_, _> = arguments.collect();
        json!({
            "name": queue.name, "vhost": VHOST, "durable": true, "auto_delete": false, "arguments": arguments,
        })
    }));
    assert_eq!(stated("queues"), code);
}

#[test]
fn the_definitions_state_the_bindings_of_the_code() {
    let code = declared(BINDINGS.iter().map(|binding| {
        json!({
            "source": binding.exchange, "vhost": VHOST, "destination": binding.queue,
            "destination_type": "queue", "routing_key": binding.routing_key, "arguments": {},
        })
    }));
    assert_eq!(stated("bindings"), code);
}

#[test]
fn there_are_no_users_but_the_services_and_none_has_a_password_in_the_repository() {
    let definitions = definitions();
    let users = definitions["users"].as_array().unwrap();
    assert_eq!(users.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), USERS);
    assert!(users.iter().all(|user| user["password_hash"] == "" && user["tags"] == json!([])));
}

#[test]
fn the_broker_takes_no_larger_messages_than_are_published() {
    assert!(read("rabbitmq.conf").contains(&format!("\nmax_message_size = {MAX_EVENT_BODY_BYTES}\n")));
}

#[test]
fn a_missing_password_is_an_error() {
    let output = with_passwords().env_remove("RABBITMQ_ADMIN_API_PASSWORD").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("RABBITMQ_ADMIN_API_PASSWORD"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_deployed_broker_each_service_can_do_its_work_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("definitions.json");
    let output = with_passwords().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::write(&file, output.stdout).unwrap();
    let configuration = read("rabbitmq.conf")
        .replace("/var/lib/rabbitmq/definitions.json", &file.to_string_lossy())
        .replace("disk_free_limit.absolute = 1GB", "disk_free_limit.absolute = 50MB");
    let server = RabbitServer::start_with(&configuration).unwrap();

    every_service_does_its_work(&server).await;
    for user in ["chat-api", "admin-api"] {
        may_not_consume(&server, user, EVENTS_QUEUE).await;
        may_not_consume(&server, user, DEAD_QUEUE).await;
    }
    for user in USERS {
        may_not_declare(&server, user).await;
        may_not_forge_dead_letters(&server, user).await;
    }
    nobody_else_gets_in(&server).await;
}

async fn every_service_does_its_work(server: &RabbitServer) {
    let bus = |user, role| {
        let settings = settings(url(server, user)).with_role(role);
        async move { connect(&BusSettings { connection_name: user.to_owned(), ..settings }).await }
    };
    let chat_api = bus("chat-api", Role::Publisher).await;
    let admin_api = bus("admin-api", Role::Publisher).await;
    let notifier = bus("sms-notifier", Role::Consumer).await;

    let mut consumer = notifier.events();
    for publisher in [&chat_api, &admin_api, &notifier] {
        publish(publisher, "hello").await;
        next(&mut consumer).await.ack().await.unwrap();
    }
    publish(&chat_api, "poison").await;
    next(&mut consumer).await.reject().await.unwrap();
    assert_eq!(next(&mut notifier.dead_letters()).await.body, "poison");

    let mut hints = admin_api.hints();
    let hint = Hint { topic: "conversation.1".into(), body: "{}".into() };
    chat_api.send_hint(hint.clone());
    assert_eq!(soon("the hint", hints.recv()).await.unwrap(), hint);
}

async fn may_not_consume(server: &RabbitServer, user: &str, queue: &str) {
    let channel = channel(server, user).await;
    let options = BasicConsumeOptions::default();
    let result = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await;
    assert_refused(result.map(drop), &format!("{user} consumes {queue}"));
}

async fn may_not_declare(server: &RabbitServer, user: &str) {
    for queue in ["other", EVENTS_QUEUE, "deskbell.live.other.1"] {
        let options = QueueDeclareOptions { durable: true, ..Default::default() };
        let channel = channel(server, user).await;
        let result = channel.queue_declare(queue.into(), options, FieldTable::default()).await;
        assert_refused(result.map(drop), &format!("{user} declares {queue}"));
    }
}

async fn may_not_forge_dead_letters(server: &RabbitServer, user: &str) {
    let channel = channel(server, user).await;
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let options = BasicPublishOptions::default();
    let properties = BasicProperties::default();
    let publish = channel.basic_publish(DEAD_EXCHANGE.into(), "x".into(), options, b"x", properties);
    assert_refused(publish.await.unwrap().await.map(drop), &format!("{user} publishes dead letters"));
}

async fn nobody_else_gets_in(server: &RabbitServer) {
    for (user, password) in [("guest", "guest"), ("chat-api", ""), ("chat-api", "wrong")] {
        let url = server.broker().url_for(user, password, VHOST);
        let connection = Connection::connect(&url, ConnectionProperties::default()).await;
        assert!(connection.is_err(), "{user}");
    }
}

async fn channel(server: &RabbitServer, user: &str) -> Channel {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect(&url(server, user), properties).await.unwrap();
    connection.create_channel().await.unwrap()
}

fn assert_refused(result: lapin::Result<()>, what: &str) {
    let error = result.expect_err(what).to_string();
    assert!(error.contains("ACCESS_REFUSED"), "{what}: {error}");
}

fn url(server: &RabbitServer, user: &str) -> String {
    server.broker().url_for(user, &password(user), VHOST)
}

/// Has what a shell, a pattern or a URL might stumble over, as far as a URL needs no escapes for it.
fn password(user: &str) -> String {
    format!("{user}-$e*r&t.'_")
}

fn with_passwords() -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg(deploy("with-passwords.sh")).arg(deploy("definitions.json"));
    for user in USERS {
        let variable = format!("RABBITMQ_{}_PASSWORD", user.to_uppercase().replace('-', "_"));
        command.env(variable, password(user));
    }
    command
}
