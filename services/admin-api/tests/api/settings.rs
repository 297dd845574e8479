//! The notification settings.

use deskbell_events::EventName;
use deskbell_events::v1::Envelope;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;

const PATH: &str = "/api/v1/notifications/settings";

async fn read(client: &Client<'_>) -> Value {
    client.get(PATH).await.ok(200)
}

async fn a_change_is_kept_logged_and_told(mut app: TestApp) {
    let mut hints = app.bus.hints();
    {
        let admin = app.admin().await;
        let mut settings = read(&admin).await;
        let version = settings["version"].as_i64().unwrap();
        settings["unassigned_after_s"] = 120.into();
        settings["quiet_hours"] = json!({ "time_zone": "Europe/Berlin", "weekly": { "monday": [{ "from": "22:00", "to": "06:00" }] } });
        let saved = admin.put(PATH, settings.clone()).await.ok(200);
        assert_eq!(saved["version"], version + 1);
        settings["version"] = saved["version"].clone();
        assert_eq!(read(&admin).await, settings);
        assert_eq!(read(&app.agent("Ada").await).await, settings, "an AGENT may read them");

        let audit = admin.get("/api/v1/audit").await.ok(200);
        let entry = &audit["entries"][0];
        assert_eq!(
            (&entry["action"], &entry["actor"]),
            (&json!("settings.update"), &json!("owner@example.com"))
        );
        assert_eq!(entry["detail"]["unassigned_after_s"], json!({ "from": 300, "to": 120 }));
        assert_eq!(entry["detail"].as_object().unwrap().len(), 2, "{entry}");
    }
    assert_eq!(hints.recv().await.unwrap().topic, "settings");
    let events = app.published_in_the_end().await;
    assert_eq!(events.iter().map(Envelope::name).collect::<Vec<_>>(), [Some(EventName::SettingsChanged)]);
}

async fn of_two_changes_at_once_one_is_refused(app: TestApp) {
    let admin = app.admin().await;
    let mut settings = read(&admin).await;
    settings["daily_cap_segments"] = 1.into();
    let puts = (0..4).map(|_| admin.put(PATH, settings.clone()));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(puts).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    admin.put(PATH, settings).await.assert_problem(409, "settings_changed");
}

async fn each_wrong_value_is_named(app: TestApp) {
    let admin = app.admin().await;
    let settings = read(&admin).await;
    let slot = json!([{ "from": "09:00", "to": "09:00" }]);
    for (field, value, pointer) in [
        ("business_name", json!(" "), "/business_name"),
        ("business_name", json!("a\nb"), "/business_name"),
        ("business_name", json!("x".repeat(61)), "/business_name"),
        ("unassigned_after_s", json!(59), "/unassigned_after_s"),
        ("unassigned_after_s", json!(-1), "/unassigned_after_s"),
        ("daily_cap_segments", json!(100_001), "/daily_cap_segments"),
        ("enabled", json!("yes"), "/enabled"),
        ("types", json!(["new_chats"]), "/types/0"),
        ("urgent_words", json!({ "en": [""] }), "/urgent_words"),
        ("opening_hours", json!({ "time_zone": "Mars/Base", "weekly": {} }), "/opening_hours"),
        ("opening_hours", json!({ "time_zone": "UTC", "weekly": { "monday": slot } }), "/opening_hours"),
        ("surprise", json!(1), "/surprise"),
    ] {
        let mut changed = settings.clone();
        changed[field] = value;
        admin.put(PATH, changed).await.assert_field(pointer);
    }
    assert_eq!(read(&admin).await, settings, "nothing was changed");
}

on_each_database! {
    a_change_is_kept_logged_and_told,
    of_two_changes_at_once_one_is_refused,
    each_wrong_value_is_named,
}
