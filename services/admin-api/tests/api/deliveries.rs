//! The delivery log, and the timeline of a chat with its receipts.

use std::time::Duration;

use deskbell_domain::delivery::ProviderStatus;
use serde_json::{Value, json};

use crate::access::add_recipient;
use crate::app::TestApp;
use crate::notifier;

const PATH: &str = "/api/v1/notifications/deliveries";

async fn an_admin_sees_texts_and_numbers_and_an_agent_does_not(app: TestApp) {
    add_recipient(&app).await;
    let chat = app.chat("Maria", "Hello").await;
    let texted = notifier::tell_of_chat(&app, chat.id).await.remove(0);
    let whole = app.admin().await.get(PATH).await;
    let delivery = &whole.ok(200)["deliveries"][0];
    assert_eq!(delivery["recipient"]["phone"], "+14155552671");
    assert!(delivery["attempts"][0]["text"].as_str().unwrap().contains(&texted.link.reveal()));

    let masked = app.agent("Ada").await.get(PATH).await;
    assert_eq!(masked.ok(200)["deliveries"][0]["recipient"]["phone"], "+1••••••••71");
    assert!(
        !masked.text.contains("4155552671") && !masked.text.contains(&texted.link.reveal()),
        "{masked:?}"
    );
}

async fn the_log_is_filtered_and_paged(app: TestApp) {
    add_recipient(&app).await;
    let admin = app.admin().await;
    let mut chats = Vec::new();
    for number in 0..5 {
        app.clock.advance(Duration::from_secs(1));
        let chat = app.chat("Maria", &format!("Hello {number}")).await;
        let texted = notifier::tell_of_chat(&app, chat.id).await.remove(0);
        if number == 3 {
            notifier::accepted(&app, &texted).await;
        }
        chats.push(chat.id.to_string());
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("{PATH}?limit=2{cursor}")).await.ok(200);
        seen.extend(
            page["deliveries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["conversation_id"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    chats.reverse();
    assert_eq!(seen, chats, "newest first, each once");
    let of_one = admin.get(&format!("{PATH}?conversation_id={}", chats[0])).await.ok(200);
    assert_eq!(of_one["deliveries"].as_array().unwrap().len(), 1);
    let accepted = admin.get(&format!("{PATH}?status=accepted")).await.ok(200);
    assert_eq!(accepted["deliveries"][0]["conversation_id"], chats[1].as_str());
    for query in ["status=lost", "cursor=x", "limit=0", "limit=201", "surprise=1", "conversation_id=x"] {
        admin.get(&format!("{PATH}?{query}")).await.assert_problem(400, "invalid_query");
    }
}

async fn the_timeline_tells_who_was_notified_and_who_did_what(app: TestApp) {
    add_recipient(&app).await;
    let manager = json!({ "name": "Mo", "phone": "+14155552672", "role": "manager" });
    let admin = app.admin().await;
    admin.post("/api/v1/notifications/recipients", manager).await.ok(201);
    let chat = app.chat("Maria", "My sink leaks").await;
    let tick = || app.clock.advance(Duration::from_secs(60));
    tick();
    let texted = notifier::tell_of_chat(&app, chat.id).await;
    tick();
    for one in &texted {
        notifier::accepted(&app, one).await;
        let (status, code) = match one.recipient_name.as_str() {
            "Olga" => (ProviderStatus::Delivered, None),
            _ => (ProviderStatus::Undelivered, Some(30034)),
        };
        notifier::reported(&app, one, status, code).await;
    }
    admin.post(&chat.path("/claim"), json!({})).await.ok(200);
    tick();
    let answer = json!({ "client_message_id": "01919191-9191-7191-9191-919191919191", "body": "On our way" });
    admin.post(&chat.path("/messages"), answer).await.ok(201);

    let timeline = admin.get(&chat.path("/timeline")).await.ok(200);
    let told: Vec<Value> = timeline["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| match entry["type"].as_str().unwrap() {
            "message" => json!([entry["message"]["author"], entry["message"]["body"]]),
            "notice" => {
                let notice = &entry["delivery"];
                json!([notice["recipient"]["name"], notice["step"], notice["code"], notice["updated_at"]])
            }
            _ => json!([entry["actor"], entry["action"]]),
        })
        .collect();
    assert_eq!(
        Value::from(told),
        json!([
            ["visitor", "My sink leaks"],
            ["Olga", "delivered", null, "2026-05-28T20:28:40Z"],
            ["Mo", "failed", 30034, "2026-05-28T20:28:40Z"],
            ["owner@example.com", "conversation.claim"],
            ["agent", "On our way"],
        ])
    );
    let masked = app.agent("Ada").await.get(&chat.path("/timeline")).await;
    assert!(masked.status == 200 && !masked.text.contains("4155552671"), "{masked:?}");
}

on_each_database! {
    an_admin_sees_texts_and_numbers_and_an_agent_does_not,
    the_log_is_filtered_and_paged,
    the_timeline_tells_who_was_notified_and_who_did_what,
}
