//! What messages raise, and the hints they leave.

use std::time::Duration;

use deskbell_domain::Clock as _;
use deskbell_domain::settings::NotificationSettings;
use deskbell_events::EventName;
use deskbell_events::v1::{Envelope, Event, UrgentReason};
use deskbell_testkit::wait_until;
use serde_json::{Value, json};

use crate::app::{TestApp, message};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn a_first_message_raises_new_chat_with_all_that_is_known(mut app: TestApp) {
    let mut request = message(&format!("Hello,\n{}", "a".repeat(300)));
    request["name"] = json!("Maria");
    request["page_url"] = json!("https://example.com/plumbing");
    request["locale"] = json!("en-US");
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let body = serde_json::to_vec(&request).unwrap();
    let answer = app
        .call(reqwest::Method::POST, "/api/v1/conversations", &[JSON, ("traceparent", traceparent)], body)
        .await;
    let started = answer.json();

    let events = app.published_in_the_end().await;
    let [envelope] = &events[..] else { panic!("{events:?}") };
    assert_eq!(envelope.name(), Some(EventName::NewChat));
    assert_eq!(envelope.id().unwrap().get_version_num(), 7);
    assert_eq!(envelope.occurred_at_micros(), Some(app.clock.now().as_micros()));
    assert!(envelope.traceparent.starts_with("00-0af7651916cd43dd8448eb211c80319c-"), "{envelope:?}");
    let chat = envelope.event.as_ref().unwrap().chat().unwrap();
    assert_eq!(chat.conversation_id, started["conversation_id"]);
    assert_eq!(chat.message_id, started["message"]["id"]);
    assert_eq!((chat.seq, chat.customer_name, chat.locale), (1, "Maria", "en-US"));
    assert_eq!(chat.page_url, "https://example.com/plumbing");
    assert!(chat.preview.starts_with("Hello, aaa"), "{chat:?}");
    assert_eq!(chat.preview.chars().count(), 200);
}

async fn a_first_urgent_message_raises_urgent_chat_alone(mut app: TestApp) {
    app.started(&message("There is a gas leak in our kitchen")).await;
    let mut marked = message("Please call");
    marked["urgent"] = json!(true);
    app.started(&marked).await;

    let mut reasons: Vec<UrgentReason> = Vec::new();
    for envelope in app.published_in_the_end().await {
        let Some(Event::UrgentChat(event)) = envelope.event else { panic!("{envelope:?}") };
        reasons.push(event.reason());
    }
    reasons.sort_unstable_by_key(|reason| *reason as i32);
    assert_eq!(reasons, [UrgentReason::Visitor, UrgentReason::Word]);
}

async fn further_messages_raise_nothing_until_one_is_urgent(mut app: TestApp) {
    let mut first = message("Hello");
    first["name"] = json!("Maria");
    let chat = app.started(&first).await;
    for body in ["My sink drips", "Water everywhere!", "EMERGENCY"] {
        assert_eq!(app.send(&chat, &message(body)).await.status, 201);
    }
    let events = app.published_in_the_end().await;
    let names: Vec<_> = events.iter().filter_map(Envelope::name).collect();
    assert_eq!(names, [EventName::NewChat, EventName::UrgentChat], "urgent once, however often it is said");
    let urgent = events[1].event.as_ref().unwrap().chat().unwrap();
    assert_eq!((urgent.seq, urgent.preview, urgent.customer_name), (3, "Water everywhere!", "Maria"));
    assert_eq!(urgent.conversation_id, chat.id);
}

async fn outside_opening_hours_a_first_message_raises_offline_hours(mut app: TestApp) {
    change_settings(&app, |settings| {
        // The clock shows a Thursday.
        settings["opening_hours"] =
            json!({ "time_zone": "UTC", "weekly": { "monday": [{ "from": "09:00", "to": "17:00" }] } });
    })
    .await;
    let name = next_event_of_a_new_chat(&mut app, EventName::OfflineHours).await;
    assert_eq!(name, EventName::OfflineHours);
}

async fn changed_settings_count_after_a_hint(mut app: TestApp) {
    change_settings(&app, |settings| settings["urgent_words"] = json!({ "en": ["teapot"] })).await;
    app.bus.send_hint(deskbell_bus::Hint { topic: "settings".to_owned(), body: b"{}".as_slice().into() });
    let name = next_event_of_a_new_chat(&mut app, EventName::UrgentChat).await;
    assert_eq!(name, EventName::UrgentChat);
}

/// Starts chats until one raises this event, for the app learns of new settings a little later.
async fn next_event_of_a_new_chat(app: &mut TestApp, expected: EventName) -> EventName {
    let mut events = app.bus.events();
    let mut last = None;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while last != Some(expected) && tokio::time::Instant::now() < deadline {
        app.started(&message("The teapot is broken")).await;
        let delivery = tokio::time::timeout(Duration::from_secs(10), events.next()).await.unwrap().unwrap();
        last = Some(delivery.event_name.parse().unwrap());
        delivery.ack().await.unwrap();
    }
    last.unwrap()
}

async fn change_settings(app: &TestApp, change: impl FnOnce(&mut Value)) {
    let mut settings = serde_json::to_value(NotificationSettings::default()).unwrap();
    change(&mut settings);
    let settings = serde_json::from_value(settings).unwrap();
    assert_eq!(app.store.save_settings(&settings, 0, app.clock.now()).await.unwrap(), Some(1));
}

async fn each_new_message_leaves_a_hint_and_a_repeated_one_does_not(app: TestApp) {
    let mut hints = app.bus.hints();
    let chat = app.started(&message("Hello")).await;
    let further = message("Are you there?");
    app.send(&chat, &further).await;
    app.send(&chat, &further).await;
    for seq in [1, 2] {
        let hint = hints.recv().await.unwrap();
        assert_eq!(hint.topic, "conversation");
        let body: Value = serde_json::from_slice(&hint.body).unwrap();
        assert_eq!(body, json!({ "conversation_id": chat.id, "type": "message", "seq": seq }));
    }
    assert!(hints.try_recv().is_err());
}

async fn published_events_are_marked_without_a_stop(app: TestApp) {
    app.started(&message("Hello")).await;
    let later = app.clock.now().plus(Duration::from_secs(3_600));
    wait_until("the event is marked as published", Duration::from_secs(10), || async {
        app.store.take_outbox(later, later, 10).await.unwrap().is_empty()
    })
    .await;
}

on_each_database!(
    a_first_message_raises_new_chat_with_all_that_is_known,
    a_first_urgent_message_raises_urgent_chat_alone,
    further_messages_raise_nothing_until_one_is_urgent,
    outside_opening_hours_a_first_message_raises_offline_hours,
    changed_settings_count_after_a_hint,
    each_new_message_leaves_a_hint_and_a_repeated_one_does_not,
    published_events_are_marked_without_a_stop,
);
