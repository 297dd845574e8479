//! Users of the panel.

use serde_json::{Value, json};

use crate::app::TestApp;

const PATH: &str = "/api/v1/users";

fn user(email: &str, password: &str) -> Value {
    json!({ "email": email, "name": "Ada", "role": "AGENT", "password": password })
}

async fn an_admin_adds_users_who_can_log_in(app: TestApp) {
    let admin = app.admin().await;
    let added = admin.post(PATH, user(" Ada@Example.com ", "long enough")).await;
    assert_eq!(added.ok(201)["email"], "ada@example.com");
    assert!(!added.text.contains("argon2") && !added.text.contains("long enough"), "{added:?}");
    let log_in = json!({ "email": "ada@example.com", "password": "long enough" });
    app.anonymous().post("/api/v1/session", log_in).await.ok(204);
    admin.post(PATH, user("ADA@example.com", "long enough")).await.assert_problem(409, "email_taken");
    admin.post(PATH, user("ada", "long enough")).await.assert_field("/email");
    admin.post(PATH, user("bo@example.com", "short")).await.assert_field("/password");

    let listed = app.agent("Bo").await.get(PATH).await;
    assert_eq!(listed.ok(200)["users"].as_array().unwrap().len(), 3);
    let audit = admin.get("/api/v1/audit").await;
    assert!(
        !listed.text.contains("argon2")
            && !audit.text.contains("argon2")
            && !audit.text.contains("long enough")
    );
}

on_each_database! { an_admin_adds_users_who_can_log_in }
