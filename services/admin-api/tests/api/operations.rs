//! Health, dead letters, housekeeping.

use std::time::Duration;

use deskbell_domain::{Clock as _, EventId, QuarantineId};
use deskbell_events::v1::{Envelope, SettingsChanged};
use deskbell_store::model::event::Quarantined;
use deskbell_testkit::wait_until;
use serde_json::json;

use crate::access::add_recipient;
use crate::app::{Database, TestApp};
use crate::notifier;

async fn set_aside(app: &TestApp, name: &str, payload: Vec<u8>, event_id: Option<EventId>) -> QuarantineId {
    let letter = Quarantined {
        id: QuarantineId::mint(&*app.clock),
        received_at: app.clock.now(),
        event_id,
        name: name.to_owned(),
        reason: "the envelope is malformed".to_owned(),
        payload,
        replayed_at: None,
    };
    app.store.quarantine("sms-notifier", &letter).await.unwrap();
    letter.id
}

async fn a_dead_letter_is_replayed_once(mut app: TestApp) {
    let event_id = EventId::mint(&*app.clock);
    let event = SettingsChanged { section: "notifications".to_owned() };
    let payload = Envelope::new(event_id.as_uuid(), 0, event).encode_to_bytes().to_vec();
    let good = set_aside(&app, "settings_changed", payload, Some(event_id)).await;
    let strange = set_aside(&app, "party_time", b"rubbish".to_vec(), None).await;
    {
        let admin = app.admin().await;
        let listed = admin.get("/api/v1/dead-letters").await.ok(200);
        assert_eq!(listed["dead_letters"].as_array().unwrap().len(), 2);
        assert_eq!(admin.get("/api/v1/health").await.ok(200)["dead_letters"], 2);
        let replay = async |id: QuarantineId| {
            admin.post(&format!("/api/v1/dead-letters/{id}/replay"), json!({})).await
        };
        app.clock.advance(Duration::from_secs(1));
        replay(strange).await.assert_problem(409, "not_replayable");
        replay(good).await.ok(202);
        replay(good).await.assert_problem(409, "already_replayed");
        replay(QuarantineId::mint(&*app.clock)).await.assert_problem(404, "not_found");
        assert_eq!(
            admin.get("/api/v1/dead-letters").await.ok(200)["dead_letters"].as_array().unwrap().len(),
            1
        );
        assert_eq!(admin.get("/api/v1/audit").await.ok(200)["entries"][0]["action"], "dead_letter.replay");
    }
    let events = app.published_in_the_end().await;
    assert_eq!(events.iter().filter_map(Envelope::id).collect::<Vec<_>>(), [event_id.as_uuid()]);
}

async fn a_due_notice_that_does_not_get_out_is_an_alarm(app: TestApp) {
    add_recipient(&app).await;
    let agent = app.agent("Ada").await;
    let health = agent.get("/api/v1/health").await.ok(200);
    assert_eq!((&health["status"], &health["unsettled"]), (&json!("ok"), &json!(0)));
    let chat = app.chat("Maria", "Hello").await;
    notifier::tell_of_chat(&app, chat.id).await;
    app.clock.advance(Duration::from_secs(4));
    assert_eq!(agent.get("/api/v1/health").await.ok(200)["status"], "ok");
    app.clock.advance(Duration::from_secs(2));
    let late = agent.get("/api/v1/health").await.ok(200);
    assert_eq!(
        (&late["status"], &late["oldest_due_age_s"], &late["unsettled"]),
        (&json!("alarm"), &json!(6.0), &json!(1))
    );
}

async fn the_audit_log_is_paged(app: TestApp) {
    let admin = app.admin().await;
    for number in 0..5 {
        app.clock.advance(Duration::from_secs(1));
        let user = json!({ "email": format!("{number}@example.com"), "name": "x", "role": "AGENT", "password": "long enough" });
        admin.post("/api/v1/users", user).await.ok(201);
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("/api/v1/audit?limit=2{cursor}")).await.ok(200);
        seen.extend(
            page["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["detail"]["email"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(
        seen,
        [
            "4@example.com",
            "3@example.com",
            "2@example.com",
            "1@example.com",
            "0@example.com",
            "owner@example.com"
        ]
    );
    admin.get("/api/v1/audit?cursor=x").await.assert_problem(400, "invalid_query");
}

on_each_database! {
    a_dead_letter_is_replayed_once,
    a_due_notice_that_does_not_get_out_is_an_alarm,
    the_audit_log_is_paged,
}

async fn what_is_older_than_it_may_be_is_forgotten(database: std::sync::Arc<Database>) {
    let app = TestApp::with(
        database,
        &[
            ("DESKBELL__RETENTION__SWEEP_INTERVAL_MS", "50"),
            ("DESKBELL__RETENTION__CONVERSATIONS_DAYS", "30"),
        ],
    )
    .await;
    add_recipient(&app).await;
    let old = app.chat("Maria", "Hello").await;
    notifier::tell_of_chat(&app, old.id).await;
    app.clock.advance(Duration::from_secs(29 * 86_400));
    let young = app.chat("Ben", "Hello").await;
    app.clock.advance(Duration::from_secs(2 * 86_400));
    wait_until("the old chat is forgotten", Duration::from_secs(10), async || {
        app.store.conversation(old.id).await.unwrap().is_none()
    })
    .await;
    assert!(app.store.conversation(young.id).await.unwrap().is_some());
    assert!(app.store.deliveries_of(old.id, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_older_than_it_may_be_is_forgotten_on_sqlite() {
    what_is_older_than_it_may_be_is_forgotten(Database::sqlite()).await;
}

#[tokio::test]
async fn what_is_older_than_it_may_be_is_forgotten_on_postgres() {
    what_is_older_than_it_may_be_is_forgotten(Database::postgres().await).await;
}
