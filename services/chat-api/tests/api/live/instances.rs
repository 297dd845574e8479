//! Two instances of the service on one database, joined by one bus.

use deskbell_bus::{Bus, BusSettings};
use deskbell_testkit::shared;
use uuid::Uuid;

use crate::app::{Database, TestApp, message};
use crate::live::{hello, numbers, send};

async fn what_is_written_at_one_instance_is_read_at_the_other(app: TestApp) {
    let other = app.beside();
    let chat = app.started(&message("One")).await;
    let mut here = app.open(&chat, 1).await;
    let mut there = other.open(&chat, 1).await;
    for seq in (2..20).step_by(2) {
        here.say(&send(&Uuid::new_v4().to_string(), "From here")).await;
        assert_eq!(numbers(&mut there, seq).await, [seq]);
        there.say(&send(&Uuid::new_v4().to_string(), "From there")).await;
        assert_eq!(numbers(&mut here, seq + 1).await, [seq, seq + 1]);
        assert_eq!(numbers(&mut there, seq + 1).await, [seq + 1]);
    }
}

async fn senders_at_both_instances_are_seen_in_one_order_everywhere(app: TestApp) {
    const EACH: usize = 20;
    let other = app.beside();
    let chat = app.started(&message("One")).await;
    let mut windows = Vec::new();
    for _ in 0..3 {
        windows.push(app.open(&chat, 1).await);
        windows.push(other.open(&chat, 1).await);
    }
    let last = 1 + i64::try_from(windows.len() * EACH).unwrap();
    let seen = futures_util::future::join_all(windows.iter_mut().map(async |window| {
        for _ in 0..EACH {
            window.say(&send(&Uuid::new_v4().to_string(), "Another")).await;
        }
        numbers(window, last).await
    }));
    for numbers in seen.await {
        assert_eq!(numbers, (2..=last).collect::<Vec<_>>());
    }
}

async fn a_window_that_is_sent_away_resumes_at_the_other_instance(app: TestApp) {
    let other = app.beside();
    let chat = app.started(&message("One")).await;
    let mut window = other.open(&chat, 1).await;
    window.say(&send(&Uuid::new_v4().to_string(), "Two")).await;
    assert_eq!(numbers(&mut window, 2).await, [2]);
    drop(other);
    assert_eq!(window.end().await, Some(1012));
    app.send(&chat, &message("Three")).await;
    let mut window = app.connected(&chat).await;
    window.say(&hello(&chat, 2)).await;
    assert_eq!(numbers(&mut window, 3).await, [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_joins_them_as_well() {
    let (database, vhost) =
        tokio::task::spawn_blocking(|| (shared::database(), shared::vhost())).await.unwrap();
    let bus = Bus::open(&BusSettings::new(vhost.url(), "test")).unwrap();
    bus.wait_connected().await;
    let app = TestApp::on_bus(Database::Postgres(database), bus).await;
    senders_at_both_instances_are_seen_in_one_order_everywhere(app).await;
}

on_each_database!(
    what_is_written_at_one_instance_is_read_at_the_other,
    senders_at_both_instances_are_seen_in_one_order_everywhere,
    a_window_that_is_sent_away_resumes_at_the_other_instance,
);
