//! What clients are built against: the forms of problems, the OpenAPI document, the probes.

use reqwest::Method;
use serde_json::Value;

use crate::app::{Chat, TestApp, message, token};

#[tokio::test]
async fn problems_look_like_this() {
    let app = TestApp::on_sqlite().await;
    let json = ("content-type", "application/json");
    let mut request = message("Hello");
    request["visitor_token"] = token('a').into();
    let chat = app.started(&request).await;
    request["body"] = "Hello!".into();
    let mut invalid = message(" ");
    invalid["email"] = "maria".into();
    let stranger = Chat { token: token('z'), ..chat.clone() };

    let answers = [
        ("no JSON", app.call(Method::POST, "/api/v1/conversations", &[json], b"{".to_vec()).await),
        ("no credentials", app.get(&chat.messages_path()).await),
        ("a stranger", app.list(&stranger, "").await),
        ("a bad query", app.list(&chat, "?limit=0").await),
        ("no such address", app.get("/nowhere").await),
        ("no such method", app.get("/api/v1/conversations").await),
        ("a conflict", app.start(&request).await),
        (
            "compressed",
            app.call(Method::POST, "/api/v1/conversations", &[("content-encoding", "gzip"), json], vec![0])
                .await,
        ),
        ("too large", app.start(&message(&"a".repeat(70_000))).await),
        ("invalid fields", app.start(&invalid).await),
    ];
    let mut shown = String::new();
    for (what, answer) in &answers {
        let body: Value = answer.json();
        shown.push_str(&format!("{what}: {}\n{body:#}\n\n", answer.status));
    }
    insta::assert_snapshot!(shown);
}

/// The file that clients are generated from. `UPDATE_OPENAPI=1` writes it, to be looked at before it is committed.
#[test]
fn the_openapi_document_is_the_one_that_clients_are_made_from() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/api-client/openapi/chat-api.json");
    let document = format!("{}\n", deskbell_chat_api::openapi_document().to_pretty_json().unwrap());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == document,
        "{path} is stale: run this test with UPDATE_OPENAPI=1, then `npm run generate` in web/api-client"
    );
}

#[tokio::test]
async fn the_service_hands_out_its_document() {
    let app = TestApp::on_sqlite().await;
    let served: Value = app.get("/openapi.json").await.json();
    assert_eq!(served, serde_json::to_value(deskbell_chat_api::openapi_document()).unwrap());
}

async fn probes_tell_how_it_is(app: TestApp) {
    assert_eq!(app.get("/healthz").await.status, 200);
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status, 200, "{ready:?}");
    let names: Vec<String> = ready.json()["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["database", "broker"]);

    app.started(&message("Hello")).await;
    let metrics = app.get("/metrics").await;
    assert!(metrics.text.contains("http_requests_total"), "{}", metrics.text);
    assert!(metrics.text.contains(r#"route="/api/v1/conversations""#), "{}", metrics.text);
}

on_each_database!(probes_tell_how_it_is);
