//! Which websites may use the API.

use reqwest::Method;

use crate::app::{Answer, Database, TestApp, message};

const SITE: &str = "https://example.com";

async fn app() -> TestApp {
    TestApp::with(Database::sqlite(), &[("ALLOWED_ORIGINS", SITE)]).await
}

async fn start_from(app: &TestApp, origin: &str) -> Answer {
    let body = serde_json::to_vec(&message("Hello")).unwrap();
    let headers = [("content-type", "application/json"), ("origin", origin)];
    app.call(Method::POST, "/api/v1/conversations", &headers, body).await
}

#[tokio::test]
async fn a_listed_website_may_write_and_read_the_answer() {
    let app = app().await;
    let answer = start_from(&app, SITE).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers["access-control-allow-origin"], SITE);
    assert!(!answer.headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn another_website_is_refused_and_nothing_is_stored() {
    let app = app().await;
    for origin in ["https://evil.example", "http://example.com", "https://example.com.evil.example", "null"] {
        start_from(&app, origin).await.assert_problem(403, "origin_not_allowed");
    }
    assert_eq!(app.conversations().await, 0);
}

#[tokio::test]
async fn a_preflight_tells_what_is_allowed() {
    let app = app().await;
    let headers = [
        ("origin", SITE),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    let answer = app.call(Method::OPTIONS, "/api/v1/conversations", &headers, Vec::new()).await;
    assert!(matches!(answer.status, 200 | 204), "{answer:?}");
    assert_eq!(answer.headers["access-control-allow-origin"], SITE);
    assert!(answer.headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
}

#[tokio::test]
async fn a_refused_message_of_a_listed_website_can_be_read_by_it() {
    let app = app().await;
    let headers = [("content-type", "application/json"), ("origin", SITE)];
    let answer = app.call(Method::POST, "/api/v1/conversations", &headers, b"{".to_vec()).await;
    answer.assert_problem(400, "invalid_json");
    assert_eq!(answer.headers["access-control-allow-origin"], SITE);
}
