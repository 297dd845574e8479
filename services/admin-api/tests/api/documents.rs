//! What clients are built against: the forms of problems, the OpenAPI document, the probes.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{ADMIN_EMAIL, TestApp};

const ID: &str = "01919191-9191-7191-9191-919191919191";

#[tokio::test]
async fn problems_look_like_this() {
    let app = TestApp::on_sqlite().await;
    let (nobody, agent, admin) = (app.anonymous(), app.agent("Ada").await, app.admin().await);
    let chat = app.chat("Maria", "Hello").await;
    agent.post(&chat.path("/claim"), json!({})).await.ok(200);
    let recipient = |phone: &str| json!({ "name": "Mo", "phone": phone, "role": "owner" });
    let recipients = "/api/v1/notifications/recipients";
    admin.post(recipients, recipient("+14155552671")).await.ok(201);
    let mut settings = admin.get("/api/v1/notifications/settings").await.ok(200);
    settings["unassigned_after_s"] = 1.into();
    let wrong = json!({ "email": ADMIN_EMAIL, "password": "wrong password" });
    let answer = json!({ "client_message_id": Uuid::new_v4(), "body": "" });
    let foreign = app.admin().await.with_header("origin", "https://evil.example");

    let answers = [
        ("nobody is logged in", nobody.get("/api/v1/me").await),
        ("wrong credentials", nobody.post("/api/v1/session", wrong).await),
        ("an AGENT asks for an ADMIN's", agent.get("/api/v1/audit").await),
        ("another website", foreign.post("/api/v1/users", json!({})).await),
        ("somebody has it", admin.post(&chat.path("/claim"), json!({})).await),
        ("no such conversation", admin.get(&format!("/api/v1/conversations/{ID}")).await),
        ("an empty answer", admin.post(&chat.path("/messages"), answer).await),
        ("a number that is none", admin.post(recipients, recipient("+1234567890")).await),
        ("a number that is taken", admin.post(recipients, recipient("+14155552671")).await),
        ("a setting out of bounds", admin.put("/api/v1/notifications/settings", settings.clone()).await),
        ("an old version", {
            settings["unassigned_after_s"] = 300.into();
            settings["version"] = 0.into();
            admin.put("/api/v1/notifications/settings", settings).await
        }),
        ("a bad query", admin.get("/api/v1/conversations?limit=0").await),
        ("no such address", admin.get("/api/v1/nowhere").await),
    ];
    let mut shown = String::new();
    for (what, answer) in &answers {
        let body: Value = answer.json();
        shown.push_str(&format!("{what}: {}\n{body:#}\n\n", answer.status));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn the_openapi_document_is_reviewed() {
    insta::assert_snapshot!(deskbell_admin_api::openapi_document().to_pretty_json().unwrap());
}

async fn probes_tell_how_it_is(app: TestApp) {
    let client = app.anonymous();
    client.get("/healthz").await.ok(200);
    let ready = client.get("/readyz").await.ok(200);
    let names: Vec<_> =
        ready["dependencies"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["database", "broker"]);
    let served = client.get("/openapi.json").await.ok(200);
    assert_eq!(served, serde_json::to_value(deskbell_admin_api::openapi_document()).unwrap());
    assert!(client.get("/metrics").await.text.contains("http_requests_total"));
}

on_each_database! { probes_tell_how_it_is }
