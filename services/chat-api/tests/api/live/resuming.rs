//! Coming back, and what happens when hints do not arrive.

use deskbell_live::hint::{self, Happened};
use uuid::Uuid;

use crate::app::{Database, TestApp, message};
use crate::live::{hello, numbers, send};

async fn whoever_comes_back_gets_what_was_missed_and_nothing_twice(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 0).await;
    assert_eq!(numbers(&mut window, 1).await, [1]);
    drop(window);
    for _ in 0..120 {
        app.reply(&chat, "While you were away").await;
    }
    let mut window = app.open(&chat, 1).await;
    assert_eq!(numbers(&mut window, 121).await, (2..=121).collect::<Vec<_>>());
    window.say(&send(&Uuid::new_v4().to_string(), "Back")).await;
    assert_eq!(numbers(&mut window, 122).await, [122]);
}

async fn messages_that_no_hint_told_of_come_with_the_next_one(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    for _ in 0..3 {
        app.reply(&chat, "Nobody heard").await;
    }
    window.say(&send(&Uuid::new_v4().to_string(), "Hello?")).await;
    assert_eq!(numbers(&mut window, 5).await, [2, 3, 4, 5]);
    // A hint about what does not exist, and rubbish, change nothing.
    hint::tell(&app.bus, chat.id.parse().unwrap(), Happened::Message { seq: 99 });
    app.bus.send_hint(deskbell_bus::Hint { topic: "conversation".to_owned(), body: "{}".into() });
    let answer = app.reply(&chat, "Here").await;
    hint::tell(&app.bus, answer.conversation_id, Happened::Message { seq: answer.seq });
    assert_eq!(numbers(&mut window, 6).await, [6]);
}

/// An app that looks often at what the database says.
async fn watchful(database: Database) -> TestApp {
    TestApp::with(database, &[("DESKBELL__CHAT_API__LIVE_LOOK_INTERVAL_MS", "50")]).await
}

#[tokio::test]
async fn without_any_hint_a_look_finds_what_there_is() {
    let app = watchful(Database::sqlite()).await;
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    for seq in 2..5 {
        app.reply(&chat, "Nobody was told").await;
        assert_eq!(numbers(&mut window, seq).await, [seq]);
    }
}

#[tokio::test]
async fn a_database_that_was_brought_back_has_every_window_begin_again() {
    let app = watchful(Database::sqlite()).await;
    let chat = app.started(&message("One")).await;
    let mut window = app.connected(&chat).await;
    window.say(&hello(&chat, 1)).await;
    let before = window.frame().await["epoch"].as_str().unwrap().to_owned();
    app.execute("UPDATE settings SET value = '{\"epoch\": \"another\"}' WHERE section = 'epoch'").await;
    assert_eq!(window.end().await, Some(1012));
    let mut window = app.connected(&chat).await;
    let mut again = hello(&chat, 1);
    again["epoch"] = before.into();
    window.say(&again).await;
    assert_eq!(window.frame().await["epoch"], "another");
    assert_eq!(numbers(&mut window, 1).await, [1]);
}

#[tokio::test]
async fn a_chat_that_was_deleted_closes_its_windows() {
    let app = watchful(Database::sqlite()).await;
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    app.execute("DELETE FROM conversations").await;
    assert_eq!(window.end().await, Some(4401));
}

on_each_database!(
    whoever_comes_back_gets_what_was_missed_and_nothing_twice,
    messages_that_no_hint_told_of_come_with_the_next_one,
);
