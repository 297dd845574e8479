//! What supervisors and scrapers see.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskbell_http::{Dependency, Probes};
use serde_json::Value;
use utoipa::OpenApi;

use crate::server::{TestServer, http_settings};

#[derive(OpenApi)]
#[openapi(info(title = "Test", version = "1"))]
struct Api;

async fn start(database_is_up: &Arc<AtomicBool>) -> TestServer {
    let up = Arc::clone(database_is_up);
    let database = Dependency::new("database", "start PostgreSQL and check DATABASE_URL", move || {
        let up = up.load(Ordering::SeqCst);
        async move { if up { Ok(()) } else { Err("connection refused") } }
    });
    let broker = Dependency::new("broker", "start RabbitMQ", || async { Ok::<_, String>(()) });
    let metrics = deskbell_runtime::metrics::install();
    let probes = Probes::new("test", vec![database, broker], metrics, &Api::openapi());
    TestServer::with(http_settings(&[]), move |routes| probes.configure(routes)).await
}

async fn json(response: reqwest::Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn readiness_names_what_fails_and_what_to_do() {
    let up = Arc::new(AtomicBool::new(true));
    let server = start(&up).await;
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status(), 200);
    assert_eq!(json(ready).await["status"], "ok");
    up.store(false, Ordering::SeqCst);
    assert_eq!(server.get("/healthz").await.status(), 200);
    let failing = server.get("/readyz").await;
    assert_eq!(failing.status(), 503);
    let failing = json(failing).await;
    assert_eq!(failing["dependencies"][0]["name"], "database");
    assert_eq!(failing["dependencies"][0]["status"], "failing");
    assert_eq!(failing["dependencies"][0]["detail"], "connection refused");
    assert_eq!(failing["dependencies"][0]["mend"], "start PostgreSQL and check DATABASE_URL");
    assert_eq!(failing["dependencies"][1]["status"], "ok");
}

#[tokio::test]
async fn what_is_only_told_makes_the_service_no_less_ready() {
    let late =
        Dependency::new("notices", "see the delivery log", || async { Err("late by 9 s") }).only_told();
    let probes = Probes::new("test", vec![late], deskbell_runtime::metrics::install(), &Api::openapi());
    let server = TestServer::with(http_settings(&[]), move |routes| probes.configure(routes)).await;
    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 200);
    let told = json(response).await;
    assert_eq!(told["status"], "ok");
    assert_eq!(told["dependencies"][0]["status"], "failing");
    assert_eq!(told["dependencies"][0]["detail"], "late by 9 s");
}

#[tokio::test]
async fn a_dependency_that_does_not_answer_fails_in_time() {
    let silent = Dependency::new("broker", "start RabbitMQ", std::future::pending::<Result<(), String>>);
    let probes = Probes::new("test", vec![silent], deskbell_runtime::metrics::install(), &Api::openapi());
    let server = TestServer::with(http_settings(&[]), move |routes| probes.configure(routes)).await;
    let response = server.get("/readyz").await;
    assert_eq!(response.status(), 503);
    assert_eq!(json(response).await["dependencies"][0]["detail"], "no answer within 2 s");
}

#[tokio::test]
async fn metrics_count_requests_by_route_not_by_path() {
    let server = start(&Arc::new(AtomicBool::new(true))).await;
    server.get("/healthz").await;
    server.get("/some/secret/path").await;
    let text = server.get("/metrics").await.text().await.unwrap();
    assert!(text.contains(r#"http_requests_total{method="GET",route="/healthz",status="2xx"}"#), "{text}");
    assert!(text.contains(r#"http_requests_total{method="GET",route="unmatched",status="4xx"}"#), "{text}");
    assert!(text.contains("http_request_duration_seconds_bucket"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let server = start(&Arc::new(AtomicBool::new(true))).await;
    assert_eq!(json(server.get("/openapi.json").await).await["info"]["title"], "Test");
}
