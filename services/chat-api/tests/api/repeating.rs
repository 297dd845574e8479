//! The same message sent again, as clients do that got no answer.

use futures_util::future::join_all;
use serde_json::json;

use crate::app::{Chat, TestApp, message, token};

async fn a_repeated_first_message_is_the_same_conversation_with_one_event(mut app: TestApp) {
    let mut request = message("Hello");
    request["visitor_token"] = json!(token('a'));
    let first = app.start(&request).await;
    let again = app.start(&request).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(app.conversations().await, 1);
    assert_eq!(app.published_in_the_end().await.len(), 1);
}

async fn concurrent_identical_requests_make_one_conversation_and_one_event(mut app: TestApp) {
    let mut request = message("Hello");
    request["visitor_token"] = json!(token('a'));
    let answers = join_all((0..32).map(|_| app.start(&request))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1, "{answers:?}");
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        assert_eq!(answer.json(), answers[0].json());
    }
    assert_eq!(app.conversations().await, 1);
    assert_eq!(app.published_in_the_end().await.len(), 1);
}

async fn a_first_message_whose_id_was_used_for_something_else_is_a_conflict(mut app: TestApp) {
    let mut request = message("Hello");
    request["visitor_token"] = json!(token('a'));
    let chat = app.started(&request).await;

    let mut other_body = request.clone();
    other_body["body"] = json!("Hello!");
    let mut other_token = request.clone();
    other_token["visitor_token"] = json!(token('b'));
    let mut no_token = request.clone();
    no_token.as_object_mut().unwrap().remove("visitor_token");
    for changed in [other_body, other_token, no_token] {
        let answer = app.start(&changed).await;
        answer.assert_problem(409, "client_message_id_conflict");
        assert!(!answer.text.contains(&chat.id), "{answer:?}");
    }
    assert_eq!(app.conversations().await, 1);
    assert_eq!(app.published_in_the_end().await.len(), 1);
}

async fn a_repeated_further_message_is_the_same_message(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let further = message("Are you there?");
    let first = app.send(&chat, &further).await;
    let again = app.send(&chat, &further).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(app.messages(&chat).await.len(), 2);

    let mut other_body = further.clone();
    other_body["body"] = json!("Hello?");
    app.send(&chat, &other_body).await.assert_problem(409, "client_message_id_conflict");
    assert_eq!(app.messages(&chat).await.len(), 2);
}

async fn numbers_have_no_gaps_whoever_sends_at_the_same_time(app: TestApp) {
    const SENDERS: usize = 64;
    const EACH: usize = 4;
    let chat = app.started(&message("Hello")).await;
    let send = |chat: &Chat, number: usize| {
        let (app, chat) = (&app, chat.clone());
        async move {
            for _ in 0..EACH {
                let request = message(&format!("from sender {number}"));
                // Sent twice, as by a client that lost the first answer.
                let (one, other) = tokio::join!(app.send(&chat, &request), app.send(&chat, &request));
                let mut statuses = [one.status, other.status];
                statuses.sort_unstable();
                assert_eq!(statuses, [200, 201], "{one:?} {other:?}");
            }
        }
    };
    join_all((0..SENDERS).map(|number| send(&chat, number))).await;

    let count = i64::try_from(SENDERS * EACH + 1).unwrap();
    let page = app.store.messages(chat.id.parse().unwrap(), 0, u16::MAX).await.unwrap();
    let numbers: Vec<i64> = page.messages.iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
}

on_each_database!(
    a_repeated_first_message_is_the_same_conversation_with_one_event,
    concurrent_identical_requests_make_one_conversation_and_one_event,
    a_first_message_whose_id_was_used_for_something_else_is_a_conflict,
    a_repeated_further_message_is_the_same_message,
    numbers_have_no_gaps_whoever_sends_at_the_same_time,
);
