//! What an empty database gets, and that it gets it once.

use deskbell_admin_api::create_admin;
use serde_json::json;

use crate::app::{Database, TestApp};

const FIRST: [(&str, &str); 5] = [
    ("OWNER_PHONE_NUMBER", "+1 415 555 2671"),
    ("MANAGER_PHONE_NUMBERS", "+14155552672,(415) 555-2671,+14155552672"),
    ("SMS_NOTIFICATION_TYPES", "new_chat,urgent_chat"),
    ("BUSINESS_NAME", "Acme Plumbing"),
    ("ENABLE_SMS_NOTIFICATIONS", "false"),
];

async fn the_environment_is_the_first_content(database: std::sync::Arc<Database>) {
    let app = TestApp::with(database, &FIRST).await;
    let admin = app.admin().await;
    let settings = admin.get("/api/v1/notifications/settings").await.ok(200);
    assert_eq!(settings["business_name"], "Acme Plumbing");
    assert_eq!(settings["types"], json!(["new_chat", "urgent_chat"]));
    // Without a provider the texts stand in the log; they are not switched off.
    assert_eq!(settings["enabled"], true);
    let recipients = admin.get("/api/v1/notifications/recipients").await.ok(200);
    let listed: Vec<_> = recipients["recipients"].as_array().unwrap().iter().collect();
    let seen: Vec<_> = listed.iter().map(|one| (&one["phone"], &one["role"], &one["verified"])).collect();
    assert_eq!(
        json!(seen),
        json!([["+14155552671", "owner", true], ["+14155552672", "manager", true]]),
        "the owner is listed once, and first"
    );
}

#[tokio::test]
async fn the_environment_is_the_first_content_on_sqlite() {
    the_environment_is_the_first_content(Database::sqlite()).await;
}

#[tokio::test]
async fn the_environment_is_the_first_content_on_postgres() {
    the_environment_is_the_first_content(Database::postgres().await).await;
}

#[tokio::test]
async fn after_the_first_start_the_database_rules() {
    let database = Database::sqlite();
    {
        let app = TestApp::with(database.clone(), &FIRST).await;
        let admin = app.admin().await;
        let recipients = admin.get("/api/v1/notifications/recipients").await.ok(200);
        for recipient in recipients["recipients"].as_array().unwrap() {
            let path = format!("/api/v1/notifications/recipients/{}", recipient["id"].as_str().unwrap());
            admin.delete(&path).await.ok(204);
        }
    }
    let again = TestApp::with(
        database,
        &[
            ("OWNER_PHONE_NUMBER", "+14155552673"),
            ("BUSINESS_NAME", "Other"),
            ("ADMIN_EMAIL", "new@example.com"),
        ],
    )
    .await;
    let admin = again.admin().await;
    let recipients = admin.get("/api/v1/notifications/recipients").await.ok(200);
    assert_eq!(recipients["recipients"], json!([]));
    assert_eq!(admin.get("/api/v1/notifications/settings").await.ok(200)["business_name"], "Acme Plumbing");
    assert_eq!(admin.get("/api/v1/users").await.ok(200)["users"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn several_processes_that_start_at_once_do_everything_once() {
    let database = Database::postgres().await;
    let apps = futures_util::future::join_all((0..4).map(|_| TestApp::with(database.clone(), &FIRST))).await;
    let admin = apps[0].admin().await;
    assert_eq!(admin.get("/api/v1/users").await.ok(200)["users"].as_array().unwrap().len(), 1);
    let recipients = admin.get("/api/v1/notifications/recipients").await.ok(200);
    assert_eq!(recipients["recipients"].as_array().unwrap().len(), 2);
    assert_eq!(admin.get("/api/v1/notifications/settings").await.ok(200)["version"], 1);
}

#[tokio::test]
async fn without_a_password_one_is_made_up() {
    let app = TestApp::with(Database::sqlite(), &[("ADMIN_EMAIL", ""), ("ADMIN_PASSWORD", "")]).await;
    let user = app.store.user_by_email("admin@localhost").await.unwrap().unwrap();
    assert!(user.password_hash.starts_with("$argon2id$"));
    let log_in = json!({ "email": "admin@localhost", "password": "admin@localhost" });
    app.anonymous().post("/api/v1/session", log_in).await.assert_problem(401, "wrong_credentials");
}

#[tokio::test]
async fn an_admin_can_be_added_from_the_command_line() {
    let app = TestApp::on_sqlite().await;
    let add = async |email: &str, password: &str| {
        create_admin(&app.store, &*app.clock, email, password.into()).await
    };
    add("Second@Example.com", "a long password").await.unwrap();
    let log_in = json!({ "email": "second@example.com", "password": "a long password" });
    app.anonymous().post("/api/v1/session", log_in).await.ok(204);
    for (email, password, wrong) in [
        ("second@example.com", "a long password", "there is a user"),
        ("nobody", "a long password", "not a mail address"),
        ("third@example.com", "short", "the password"),
    ] {
        let error = add(email, password).await.unwrap_err().to_string();
        assert!(error.contains(wrong), "{error}");
    }
}
