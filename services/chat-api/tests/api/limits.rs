//! Who writes too often is told when to come again, and nobody else notices.

use serde_json::json;

use crate::app::{Database, TestApp, message};

const PROXY: (&str, &str) = ("DESKBELL__HTTP__TRUSTED_PROXIES", "127.0.0.1");

async fn start_from(app: &TestApp, address: &str) -> u16 {
    let body = serde_json::to_vec(&message("Hello")).unwrap();
    let headers = [("content-type", "application/json"), ("x-forwarded-for", address)];
    let answer = app.call(reqwest::Method::POST, "/api/v1/conversations", &headers, body).await;
    if answer.status == 429 {
        answer.assert_problem(429, "too_many_requests");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=3_600).contains(&wait), "{answer:?}");
    }
    answer.status
}

#[tokio::test]
async fn an_address_begins_only_so_many_conversations() {
    let limit = ("DESKBELL__CHAT_API__CONVERSATIONS_PER_IP_PER_HOUR", "2");
    let app = TestApp::with(Database::sqlite(), &[PROXY, limit]).await;
    for (address, status) in [
        ("192.0.2.1", 201),
        ("192.0.2.1", 201),
        ("192.0.2.1", 429),
        ("192.0.2.2", 201),
        ("2001:db8::1", 201),
        ("2001:db8::2", 201),
        ("2001:db8::3", 429),
        ("2001:db8:0:1::1", 201),
    ] {
        assert_eq!((address, start_from(&app, address).await), (address, status));
    }
    assert_eq!(app.conversations().await, 6);
}

#[tokio::test]
async fn an_address_sends_only_so_many_messages() {
    let limit = ("DESKBELL__CHAT_API__MESSAGES_PER_IP_PER_MINUTE", "3");
    let app = TestApp::with(Database::sqlite(), &[limit]).await;
    let chat = app.started(&message("Hello")).await;
    let other = app.started(&message("Hello")).await;
    assert_eq!(app.send(&chat, &message("1")).await.status, 201);
    app.send(&other, &message("2")).await.assert_problem(429, "too_many_requests");
    app.start(&message("Hello")).await.assert_problem(429, "too_many_requests");
}

#[tokio::test]
async fn an_address_reads_only_so_many_pages() {
    let limit = ("DESKBELL__CHAT_API__READS_PER_IP_PER_MINUTE", "2");
    let app = TestApp::with(Database::sqlite(), &[limit]).await;
    let chat = app.started(&message("Hello")).await;
    for status in [200, 200, 429] {
        assert_eq!(app.list(&chat, "").await.status, status);
    }
}

#[tokio::test]
async fn a_visitor_sends_only_so_many_messages() {
    let limit = ("DESKBELL__CHAT_API__MESSAGES_PER_VISITOR_PER_MINUTE", "2");
    let app = TestApp::with(Database::sqlite(), &[limit]).await;
    let chat = app.started(&message("Hello")).await;
    let other = app.started(&message("Hello")).await;
    for status in [201, 201, 429] {
        assert_eq!(app.send(&chat, &message("Hello?")).await.status, status);
    }
    let stranger = crate::app::Chat { token: crate::app::token('z'), ..other.clone() };
    for _ in 0..5 {
        let mut request = message("Let me in");
        request["urgent"] = json!(true);
        assert!(matches!(app.send(&stranger, &request).await.status, 404 | 429));
    }
    assert_eq!(app.send(&other, &message("Hello?")).await.status, 201, "strangers use up their own share");
    assert_eq!(app.messages(&chat).await.len(), 3);
}
