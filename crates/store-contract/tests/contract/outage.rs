//! A database that goes away and comes back, under load.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deskbell_domain::ManualClock;
use deskbell_store::{IngestError, IngestLimits, IngestWriter, Ingested, Store, StoreError, StoreOptions};
use deskbell_testkit::{PostgresServer, free_port, wait_until};
use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::db::{START, number_on_postgres};
use crate::drafts::{start_again, start_by};

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_database_that_is_not_there_is_worth_another_try() {
    let url = format!("postgres://nobody@127.0.0.1:{}/none", free_port());
    let store = Store::open(&StoreOptions::new(url)).unwrap();
    let error = store.ping().await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(matches!(store.check_schema().await, Err(StoreError::Unavailable(_))));
}

/// Clients send, repeat what was not acknowledged, and count what was, while the server is killed under them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_message_is_lost_when_postgresql_is_killed() {
    const CLIENTS: usize = 16;
    let mut server = PostgresServer::start().unwrap();
    let database = server.create_database("killed").unwrap();
    let options =
        StoreOptions { connect_timeout: Duration::from_secs(2), ..StoreOptions::new(database.url()) };
    let store = Store::open(&options).unwrap();
    store.migrate().await.unwrap();
    let (sender, _committed) = mpsc::channel(1);
    let (writer, _task) = IngestWriter::spawn(store.clone(), IngestLimits::default(), sender);

    let clock = ManualClock::new(START);
    let over = AtomicBool::new(false);
    let failures = AtomicUsize::new(0);
    let client = async |_| {
        let mut stored = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let first = start_by(&clock, "Are you there?");
            let mut command = first.clone();
            let message = loop {
                match writer.start(command).await {
                    Ok(Ingested::Created(message) | Ingested::Repeated(message)) => break Some(message),
                    Err(IngestError::Unavailable(_)) => failures.fetch_add(1, Ordering::Relaxed),
                    Err(other) => panic!("an outage is no {other:?}"),
                };
                if over.load(Ordering::Relaxed) {
                    break None;
                }
                tokio::task::yield_now().await;
                command = start_again(&clock, &first);
            };
            stored.extend(message);
        }
        stored
    };
    let clients = join_all((0..CLIENTS).map(client));
    let disaster = async {
        for _ in 0..3 {
            let before = failures.load(Ordering::Relaxed);
            tokio::task::block_in_place(|| server.kill9());
            wait_until("clients notice", SOON, async || failures.load(Ordering::Relaxed) > before).await;
            tokio::task::block_in_place(|| server.start_again()).unwrap();
            wait_until("it is back", SOON, async || store.ping().await.is_ok()).await;
            let probe = start_by(&clock, "Are you back?");
            wait_until("it stores again", SOON, async || {
                writer.start(start_again(&clock, &probe)).await.is_ok()
            })
            .await;
        }
        over.store(true, Ordering::Relaxed);
    };
    let (stored, ()) = tokio::join!(clients, disaster);

    let stored: Vec<_> = stored.into_iter().flatten().collect();
    assert!(!stored.is_empty());
    for message in &stored {
        let page = store.messages(message.conversation_id, 0, 10).await.unwrap();
        assert_eq!(page.messages, std::slice::from_ref(message));
    }
    // Whatever else is there was written whole: a conversation never without its message and its event.
    let count = async |table: &str| {
        number_on_postgres(database.url(), &format!("SELECT count(*) AS value FROM {table}")).await
    };
    let conversations = count("conversations").await;
    assert!(conversations >= i64::try_from(stored.len()).unwrap());
    assert_eq!(count("messages").await, conversations);
    assert_eq!(count("outbox").await, conversations);
}
