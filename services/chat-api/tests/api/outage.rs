//! A database that is away: a quick 503 that says when to come again, and nothing is lost or doubled.

use std::time::{Duration, Instant};

use deskbell_testkit::{PostgresServer, wait_until};

use crate::app::{Answer, Chat, Database, TestApp, message, token};
use crate::cable::Cable;

/// The bound that clients can count on, and a little for a busy machine.
const AT_MOST: Duration = Duration::from_secs(6);

#[track_caller]
fn assert_unavailable(answer: &Answer, since: Instant) {
    answer.assert_problem(503, "storage_unavailable");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    assert!(since.elapsed() < AT_MOST, "{:?}", since.elapsed());
}

async fn assert_everything_unavailable(app: &TestApp, chat: &Chat, first: &serde_json::Value) {
    let since = Instant::now();
    let (further, urgent) = (message("Hello?"), message("It is an emergency"));
    let (started, sent, sent_urgently, read) = tokio::join!(
        app.start(first),
        app.send(chat, &further),
        app.send(chat, &urgent),
        app.list(chat, ""),
    );
    for answer in [started, sent, sent_urgently, read] {
        assert_unavailable(&answer, since);
    }
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    assert!(ready.text.contains("DATABASE_URL"), "{ready:?}");
    assert_eq!(app.get("/healthz").await.status, 200, "the process itself is well");
}

async fn assert_everything_is_taken_up_again(app: &TestApp, chat: &Chat, first: &serde_json::Value) {
    wait_until("messages are taken again", Duration::from_secs(30), || async {
        matches!(app.start(first).await.status, 200 | 201)
    })
    .await;
    assert_eq!(app.start(first).await.status, 200);
    assert_eq!(app.messages(chat).await[0]["body"], "Hello");
    // What the outage kept from being marked as published is swept once its lease is over.
    app.clock.advance(Duration::from_secs(60));
    wait_until("the outbox is empty", Duration::from_secs(30), || async {
        app.unpublished().await.is_empty()
    })
    .await;
}

fn first_message() -> serde_json::Value {
    let mut first = message("Is anybody there?");
    first["visitor_token"] = token('a').into();
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_down_clients_are_told_to_come_again() {
    let mut server = tokio::task::block_in_place(|| PostgresServer::start().unwrap());
    let app = TestApp::with(Database::At(server.url()), &[]).await;
    let chat = app.started(&message("Hello")).await;
    let first = first_message();

    server.kill9();
    assert_everything_unavailable(&app, &chat, &first).await;

    tokio::task::block_in_place(|| server.start_again().unwrap());
    assert_everything_is_taken_up_again(&app, &chat, &first).await;
    drop(app);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_hangs_nobody_hangs_with_it() {
    let server = tokio::task::block_in_place(|| PostgresServer::start().unwrap());
    let cable = Cable::to(&server.url()).await;
    let app = TestApp::with(Database::At(cable.url()), &[]).await;
    let chat = app.started(&message("Hello")).await;
    let first = first_message();

    cable.pull();
    assert_everything_unavailable(&app, &chat, &first).await;

    cable.plug_in();
    assert_everything_is_taken_up_again(&app, &chat, &first).await;
    drop(app);
}
