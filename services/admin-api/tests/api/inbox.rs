//! Conversations: finding, answering, and who has them.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;

const PATH: &str = "/api/v1/conversations";

fn names(page: &Value) -> Vec<&str> {
    page["conversations"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

async fn the_inbox_is_filtered_searched_and_paged(app: TestApp) {
    let agent = app.agent("Ada").await;
    let mut chats = Vec::new();
    for name in ["Anna", "Bert", "Carla 100%", "Dora", "Emil"] {
        app.clock.advance(Duration::from_secs(1));
        chats.push(app.chat(name, "Hello").await);
    }
    app.clock.advance(Duration::from_secs(1));
    app.visitor_writes(&chats[1], "Are you there?").await;
    agent.post(&chats[0].path("/claim"), json!({})).await.ok(200);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = agent.get(&format!("{PATH}?limit=2{cursor}")).await.ok(200);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Bert", "Emil", "Dora", "Carla 100%", "Anna"]);
    assert_eq!(names(&agent.get(&format!("{PATH}?status=open")).await.ok(200)), ["Anna"]);
    assert_eq!(names(&agent.get(&format!("{PATH}?q=100%25")).await.ok(200)), ["Carla 100%"]);
    assert_eq!(names(&agent.get(&format!("{PATH}?q=%25")).await.ok(200)), ["Carla 100%"], "no wildcard");
    for query in ["status=lost", "cursor=x", "limit=0", "surprise=1", "q=%00"] {
        agent.get(&format!("{PATH}?{query}")).await.assert_problem(400, "invalid_query");
    }
}

async fn an_answer_is_stored_once_and_ends_the_wait(app: TestApp) {
    let agent = app.agent("Ada").await;
    let mut hints = app.bus.hints();
    let chat = app.chat("Maria", "Hello").await;
    let path = chat.path("/messages");
    let answer = json!({ "client_message_id": Uuid::new_v4(), "body": " On our way " });
    let stored = agent.post(&path, answer.clone()).await.ok(201);
    assert_eq!(
        (&stored["seq"], &stored["body"], &stored["agent"]["name"]),
        (&json!(2), &json!("On our way"), &json!("Ada"))
    );
    assert_eq!(agent.post(&path, answer.clone()).await.ok(200), stored);
    let hint = hints.recv().await.unwrap();
    assert_eq!(hint.topic, "conversation");
    assert_eq!(
        serde_json::from_slice::<Value>(&hint.body).unwrap(),
        json!({ "conversation_id": chat.id, "type": "message", "seq": 2 })
    );

    let other = json!({ "client_message_id": answer["client_message_id"], "body": "Something else" });
    agent.post(&path, other).await.assert_problem(409, "client_message_id_conflict");
    app.agent("Bo").await.post(&path, answer).await.assert_problem(409, "client_message_id_conflict");
    let shown = agent.get(&chat.path("")).await.ok(200);
    assert_eq!(
        (&shown["status"], &shown["waiting_since"], &shown["last_seq"]),
        (&json!("open"), &Value::Null, &json!(2))
    );
    let page = agent.get(&format!("{path}?after_seq=1&limit=1")).await.ok(200);
    assert_eq!((&page["messages"], &page["has_more"]), (&json!([stored]), &json!(false)));
}

async fn what_is_no_answer_is_refused(app: TestApp) {
    let agent = app.agent("Ada").await;
    let chat = app.chat("Maria", "Hello").await;
    let answer = |body: &str| json!({ "client_message_id": Uuid::new_v4(), "body": body });
    for body in ["", " \n ", &"x".repeat(4_001), "a\u{0}b"] {
        agent.post(&chat.path("/messages"), answer(body)).await.assert_field("/body");
    }
    agent
        .post(&chat.path("/messages"), json!({ "client_message_id": "1", "body": "x" }))
        .await
        .assert_field("/client_message_id");
    let nobody = format!("{PATH}/{}", Uuid::new_v4());
    agent
        .post(&format!("{nobody}/messages"), answer("x"))
        .await
        .assert_problem(404, "conversation_not_found");
    for rest in ["", "/messages", "/timeline"] {
        agent.get(&format!("{nobody}{rest}")).await.assert_problem(404, "conversation_not_found");
    }
    for verb in ["claim", "close", "reopen"] {
        agent
            .post(&format!("{nobody}/{verb}"), json!({}))
            .await
            .assert_problem(404, "conversation_not_found");
    }
}

async fn of_many_who_claim_at_once_one_gets_it_and_the_others_hear_who(app: TestApp) {
    let chat = app.chat("Maria", "Hello").await;
    let mut agents = Vec::new();
    for number in 0..8 {
        agents.push(app.agent(&format!("Agent{number}")).await);
    }
    let path = chat.path("/claim");
    let answers =
        futures_util::future::join_all(agents.iter().map(|agent| agent.post(&path, json!({})))).await;
    let won: Vec<usize> = (0..8).filter(|&number| answers[number].status == 200).collect();
    let [winner] = won[..] else { panic!("{answers:?}") };
    for (number, answer) in answers.iter().enumerate().filter(|(number, _)| *number != winner) {
        answer.assert_problem(409, "already_claimed");
        assert_eq!(answer.json()["detail"], format!("Agent{winner} has this conversation"), "{number}");
    }
    agents[winner].post(&path, json!({})).await.ok(200);
    let timeline = agents[0].get(&chat.path("/timeline")).await.ok(200);
    let claims = timeline["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "conversation.claim");
    assert_eq!(claims.count(), 2, "the refused ones leave no trace");
}

async fn a_conversation_changes_hands_ends_and_begins_again(app: TestApp) {
    let agent = app.agent("Ada").await;
    let chat = app.chat("Maria", "Hello").await;
    let other = app.agent("Bo").await.get("/api/v1/me").await.ok(200);
    let assigned = agent.post(&chat.path("/assign"), json!({ "user_id": other["id"] })).await.ok(200);
    assert_eq!((&assigned["assignee"]["name"], &assigned["status"]), (&json!("Bo"), &json!("open")));
    let nobodys = agent.post(&chat.path("/assign"), json!({ "user_id": null })).await.ok(200);
    assert_eq!(nobodys["assignee"], Value::Null);
    agent.post(&chat.path("/assign"), json!({ "user_id": Uuid::new_v4() })).await.assert_field("/user_id");
    agent.post(&chat.path("/assign"), json!({})).await.assert_problem(422, "invalid_body");

    let closed = agent.post(&chat.path("/close"), json!({})).await.ok(200);
    assert_eq!((&closed["status"], closed["closed_at"].is_string()), (&json!("closed"), true));
    let again = agent.post(&chat.path("/reopen"), json!({})).await.ok(200);
    assert_eq!((&again["status"], &again["closed_at"]), (&json!("waiting"), &Value::Null));
}

on_each_database! {
    the_inbox_is_filtered_searched_and_paged,
    an_answer_is_stored_once_and_ends_the_wait,
    what_is_no_answer_is_refused,
    of_many_who_claim_at_once_one_gets_it_and_the_others_hear_who,
    a_conversation_changes_hands_ends_and_begins_again,
}
