//! A visitor's first message.

use serde_json::json;

use crate::app::{TestApp, message, token};

async fn a_first_message_is_stored_and_acknowledged(app: TestApp) {
    let answer = app.start(&message("  Hello, my sink is leaking \n")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["visitor_token"].as_str().unwrap().len(), 43);
    assert_eq!(body["message"]["seq"], 1);
    assert_eq!(body["message"]["author"], "visitor");
    assert_eq!(body["message"]["body"], "Hello, my sink is leaking");
    assert_eq!(body["message"]["created_at"], "2026-05-28T20:26:40Z");

    let chat = crate::app::Chat::of(&answer);
    assert_eq!(app.messages(&chat).await, [body["message"].clone()]);
}

async fn what_visitors_say_of_themselves_is_stored_in_a_clean_form(app: TestApp) {
    let chat = app
        .started(&json!({
            "client_message_id": "0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5f",
            "body": "Hello",
            "name": " Maria\n Lopez ",
            "email": "maria@Example.COM",
            "phone": "(415) 555-2671",
            "page_url": "https://user:secret@example.com/plumbing?q=1#token",
            "locale": "en-us",
        }))
        .await;
    let stored = app.store.conversation(chat.id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.name.as_deref(), Some("Maria Lopez"));
    assert_eq!(stored.email.as_deref(), Some("maria@example.com"));
    assert_eq!(stored.phone.as_deref(), Some("(415) 555-2671"));
    assert_eq!(stored.page_url.as_deref(), Some("https://example.com/plumbing?q=1"));
    assert_eq!(stored.locale.as_deref(), Some("en-US"));
}

async fn blank_and_null_details_count_as_not_given(app: TestApp) {
    let mut request = message("Hello");
    for field in ["name", "email", "phone"] {
        request[field] = json!("  ");
    }
    for field in ["page_url", "locale", "visitor_token"] {
        request[field] = json!(null);
    }
    let chat = app.started(&request).await;
    let stored = app.store.conversation(chat.id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((stored.name, stored.email, stored.phone), (None, None, None));
    assert_eq!((stored.page_url, stored.locale), (None, None));
}

async fn a_client_may_choose_the_token(app: TestApp) {
    let mut request = message("Hello");
    request["visitor_token"] = json!(token('x'));
    let chat = app.started(&request).await;
    assert_eq!(chat.token, token('x'));
    assert_eq!(app.messages(&chat).await.len(), 1);
}

async fn any_text_comes_back_byte_for_byte(app: TestApp) {
    for body in
        ["🔥".repeat(4_000), "e\u{301}\r\n\t\u{7}\u{200d}<b>\u{202e}x".to_owned(), "\\u0000".to_owned()]
    {
        let chat = app.started(&message(&body)).await;
        assert_eq!(app.messages(&chat).await[0]["body"], body);
    }
}

on_each_database!(
    a_first_message_is_stored_and_acknowledged,
    what_visitors_say_of_themselves_is_stored_in_a_clean_form,
    blank_and_null_details_count_as_not_given,
    a_client_may_choose_the_token,
    any_text_comes_back_byte_for_byte,
);
