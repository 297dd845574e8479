//! What ends a connection: too much, too fast, too slow, or what nobody understands; and an orderly stop.

use deskbell_testkit::Heard;
use serde_json::json;

use crate::app::{Database, TestApp, message};
use crate::live::{hello, numbers};

#[tokio::test]
async fn what_nobody_speaks_is_closed_with_the_right_code() {
    let app = TestApp::on_sqlite().await;
    let chat = app.started(&message("Hello")).await;
    let mut window = app.open(&chat, 1).await;
    window.say_bytes(vec![1, 2, 3]).await;
    assert_eq!(window.end().await, Some(1003));
    let mut window = app.open(&chat, 1).await;
    window.say_text(&"a".repeat(70_000)).await;
    assert_eq!(window.end().await, Some(1009));
    let mut window = app.connected(&chat).await;
    window.say_text(&"a".repeat(10 << 20)).await;
    assert_eq!(window.end().await, Some(1009), "nor is it kept until it is all there");
    let mut window = app.open(&chat, 1).await;
    window.close(1000).await;
    assert_eq!(window.end().await, Some(1000));
}

#[tokio::test]
async fn floods_are_closed_and_others_are_not_held_up() {
    let app = TestApp::on_sqlite().await;
    let chat = app.started(&message("Hello")).await;
    let mut flood = app.open(&chat, 1).await;
    let text = json!({ "type": "seen", "seq": 0 }).to_string();
    for _ in 0..1_000_000 {
        if !flood.feed_text(&text).await {
            break;
        }
    }
    flood.flush().await;
    assert_eq!(flood.end().await, Some(4429));
    let mut pings = app.open(&chat, 1).await;
    while pings.ping().await {}
    assert!(matches!(pings.end().await, Some(4429) | None));
    app.open(&chat, 0).await.frame_of("message").await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_resumes() {
    let app = TestApp::on_sqlite().await;
    let chat = app.started(&message("Hello")).await;
    let mut slow = app.open(&chat, 1).await;
    let body = "🔥".repeat(4_000);
    let mut sent = 1;
    while !app.get("/metrics").await.text.contains(r#"live_closed_total{code="4408"}"#) {
        let messages = futures_util::future::join_all((0..50).map(|_| async {
            assert_eq!(app.send(&chat, &message(&body)).await.status, 201);
        }));
        sent += i64::try_from(messages.await.len()).unwrap();
        assert!(sent < 5_000, "what waits for one client is bounded");
    }
    let mut seen = Vec::new();
    let code = loop {
        match slow.hear().await {
            Heard::Json(frame) => seen.push(frame["seq"].as_i64().unwrap()),
            Heard::Closed(code) => break code,
        }
    };
    assert_eq!(code, Some(4408));
    let last = seen.last().copied().unwrap_or(1);
    assert!(last < sent);
    assert_eq!(seen, (2..=last).collect::<Vec<_>>(), "what it got is in order and whole");
    let mut again = app.open(&chat, last).await;
    assert_eq!(numbers(&mut again, sent).await, (last + 1..=sent).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_address_has_so_many_windows_and_no_more() {
    let limit = [("DESKBELL__CHAT_API__LIVE_CONNECTIONS_PER_IP", "3")];
    let app = TestApp::with(Database::sqlite(), &limit).await;
    let chat = app.started(&message("Hello")).await;
    let mut windows = Vec::new();
    for _ in 0..3 {
        windows.push(app.open(&chat, 1).await);
    }
    assert_eq!(app.connected(&chat).await.end().await, Some(4429));
    windows.pop().unwrap().close(1000).await;
    let mut one_more = loop {
        let mut window = app.connected(&chat).await;
        if window.say(&hello(&chat, 0)).await
            && let Heard::Json(_) = window.hear().await
        {
            break window;
        }
    };
    one_more.frame_of("message").await;
}

#[tokio::test]
async fn a_stop_sends_every_window_elsewhere() {
    let mut app = TestApp::on_sqlite().await;
    let chat = app.started(&message("Hello")).await;
    let mut windows = Vec::new();
    for _ in 0..20 {
        windows.push(app.open(&chat, 1).await);
    }
    let silent = app.connected(&chat).await;
    app.begin_to_stop();
    for mut window in windows.into_iter().chain([silent]) {
        assert_eq!(window.end().await, Some(1012));
    }
    app.published_in_the_end().await;
}
