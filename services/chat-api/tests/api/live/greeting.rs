//! The first frame, and what it is answered.

use deskbell_testkit::WebSocket;
use serde_json::json;

use crate::app::{Chat, TestApp, message, token};
use crate::live::{hello, numbers};

async fn a_greeting_is_answered_with_how_it_stands_and_what_is_missing(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let second = message("Two");
    app.send(&chat, &second).await;
    app.reply(&chat, "Three").await;
    let mut window = app.connected(&chat).await;
    window.say(&hello(&chat, 1)).await;
    let welcome = window.frame().await;
    let epoch = welcome["epoch"].as_str().unwrap().to_owned();
    assert!(epoch.len() >= 32, "{welcome}");
    assert_eq!(
        welcome,
        json!({ "type": "welcome", "last_seq": 3, "epoch": epoch, "seen_by_agent": 3, "seen_by_visitor": 0 })
    );
    let status =
        json!({ "type": "status", "open": true, "open_again_at": null, "agent": null, "closed": false });
    assert_eq!(window.frame().await, status);
    let messages = app.messages(&chat).await;
    let mut expected = messages[1].clone();
    expected["type"] = "message".into();
    expected["client_message_id"] = second["client_message_id"].clone();
    assert_eq!(window.frame().await, expected);
    let mut expected = messages[2].clone();
    expected["type"] = "message".into();
    assert_eq!(window.frame().await, expected, "an agent's client id is nobody's business");
}

async fn a_token_of_another_chat_opens_nothing_and_is_told_no_more_than_a_wrong_one(app: TestApp) {
    let (chat, other) = (app.started(&message("Hello")).await, app.started(&message("Hello")).await);
    let stranger = Chat { token: other.token.clone(), ..chat.clone() };
    let nowhere = Chat { id: "0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5f".to_owned(), ..chat.clone() };
    let guess = Chat { token: token('z'), ..chat.clone() };
    let no_token = Chat { token: "secret".to_owned(), ..chat.clone() };
    for refused in [stranger, nowhere, guess, no_token] {
        let mut window = app.connected(&refused).await;
        window.say(&hello(&refused, 0)).await;
        assert_eq!(window.end().await, Some(4401), "{refused:?}");
    }
}

async fn whatever_is_no_greeting_ends_the_connection(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let token = &chat.token;
    for first in [
        json!({ "type": "typing" }).to_string(),
        json!({ "type": "hello", "after_seq": 0 }).to_string(),
        json!({ "type": "hello", "token": token, "after_seq": -1 }).to_string(),
        json!({ "type": "hello", "token": token, "after_seq": 0, "more": 1 }).to_string(),
        json!({ "type": "hello", "token": token, "after_seq": "0" }).to_string(),
        "hello".to_owned(),
        "[]".to_owned(),
        String::new(),
    ] {
        let mut window = app.connected(&chat).await;
        window.say_text(&first).await;
        assert_eq!(window.end().await, Some(1008), "{first}");
    }
}

async fn another_epoch_means_to_begin_again(app: TestApp) {
    let chat = app.started(&message("One")).await;
    app.send(&chat, &message("Two")).await;
    let mut window = app.connected(&chat).await;
    let mut stale = hello(&chat, 2);
    stale["epoch"] = json!("an earlier one");
    window.say(&stale).await;
    let welcome = window.frame().await;
    assert_eq!(numbers(&mut window, 2).await, [1, 2]);

    let mut window = app.connected(&chat).await;
    let mut known = hello(&chat, 1);
    known["epoch"] = welcome["epoch"].clone();
    window.say(&known).await;
    assert_eq!(numbers(&mut window, 2).await, [2], "in the same epoch it goes on");

    let mut window = app.connected(&chat).await;
    window.say(&hello(&chat, 9)).await;
    assert_eq!(numbers(&mut window, 2).await, [1, 2], "nobody can have more than there is");
}

async fn every_refusal_of_a_handshake_is_a_problem(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let plain = app.get(&format!("/api/v1/conversations/{}/live", chat.id)).await;
    plain.assert_problem(426, "websocket_required");

    let url = app.live_url(&chat.id);
    let refused = async |url: &str, headers: &[(&str, &str)]| {
        let refused = WebSocket::connect(url, headers).await.unwrap_err();
        let body: serde_json::Value = serde_json::from_slice(&refused.body).unwrap();
        let header = |name: &str| {
            refused.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
        };
        assert_eq!(header("content-type").as_deref(), Some("application/problem+json"));
        assert!(header("x-request-id").is_some());
        (refused.status, body["code"].as_str().unwrap().to_owned())
    };
    let problem = |status, code: &str| (status, code.to_owned());
    let version = [("sec-websocket-version", "8")];
    assert_eq!(refused(&url, &version).await, problem(400, "bad_handshake"));
    assert_eq!(refused(&app.live_url("17"), &[]).await, problem(404, "not_found"));
    assert_eq!(refused(&url.replace("/live", "/dead"), &[]).await, problem(404, "not_found"));
    let foreign = [("origin", "https://elsewhere.example")];
    assert_eq!(refused(&url, &foreign).await, problem(403, "origin_not_allowed"));

    let metrics = app.get("/metrics").await.text;
    let counted = r#"route="/api/v1/conversations/{conversation_id}/live",status="4xx""#;
    assert!(metrics.contains(counted), "{metrics}");
}

on_each_database!(
    a_greeting_is_answered_with_how_it_stands_and_what_is_missing,
    a_token_of_another_chat_opens_nothing_and_is_told_no_more_than_a_wrong_one,
    whatever_is_no_greeting_ends_the_connection,
    another_epoch_means_to_begin_again,
    every_refusal_of_a_handshake_is_a_problem,
);
