//! Reading a conversation page by page, and who may.

use serde_json::json;

use crate::app::{Chat, TestApp, message, token};

async fn pages_follow_each_other_in_order(app: TestApp) {
    let chat = app.started(&message("1")).await;
    for number in 2..=5 {
        assert_eq!(app.send(&chat, &message(&number.to_string())).await.status, 201);
    }
    let page = async |query: &str| {
        let page = app.list(&chat, query).await.json();
        let messages = page["messages"].as_array().unwrap();
        let bodies: Vec<String> =
            messages.iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect();
        (bodies.join(" "), page["has_more"].as_bool().unwrap())
    };
    assert_eq!(page("").await, ("1 2 3 4 5".to_owned(), false));
    assert_eq!(page("?limit=2").await, ("1 2".to_owned(), true));
    assert_eq!(page("?after_seq=2&limit=2").await, ("3 4".to_owned(), true));
    assert_eq!(page("?after_seq=4&limit=2").await, ("5".to_owned(), false));
    assert_eq!(page("?after_seq=3&limit=2").await, ("4 5".to_owned(), false));
    assert_eq!(page("?after_seq=5").await, (String::new(), false));
    assert_eq!(page("?after_seq=9223372036854775807").await, (String::new(), false));
}

async fn bad_queries_are_named(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    for query in [
        "?limit=0",
        "?limit=201",
        "?limit=-1",
        "?limit=many",
        "?limit=",
        "?after_seq=-1",
        "?after_seq=99999999999999999999",
        "?after=1",
    ] {
        let answer = app.list(&chat, query).await;
        assert_eq!((query, answer.status, answer.code().as_str()), (query, 400, "invalid_query"));
    }
}

async fn only_its_own_token_opens_a_conversation(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let another = app.started(&message("Hello")).await;
    let nobodys = Chat { token: token('z'), ..chat.clone() };
    let with_anothers_token = Chat { token: another.token.clone(), ..chat.clone() };
    let not_there = Chat { id: "0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5f".to_owned(), ..chat.clone() };
    let mut urgent = message("It is urgent");
    urgent["urgent"] = json!(true);

    for stranger in [&nobodys, &with_anothers_token, &not_there] {
        let read = app.list(stranger, "").await;
        let written = app.send(stranger, &message("Let me in")).await;
        let urgently = app.send(stranger, &urgent).await;
        for answer in [&read, &written, &urgently] {
            answer.assert_problem(404, "conversation_not_found");
            assert_eq!(answer.text, read.text, "the answers must not tell the cases apart");
        }
    }
    assert_eq!(app.messages(&chat).await.len(), 1);
}

async fn without_a_well_formed_token_nobody_is_let_in(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let path = chat.messages_path();
    let basic = format!("Basic {}", chat.token);
    for authorization in
        [None, Some("Bearer"), Some("Bearer "), Some("Bearer abc"), Some(&*chat.token), Some(&*basic)]
    {
        let headers: Vec<(&str, &str)> =
            authorization.iter().map(|value| ("authorization", *value)).collect();
        let answer = app.call(reqwest::Method::GET, &path, &headers, Vec::new()).await;
        answer.assert_problem(401, "unauthorized");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let lowercase = format!("bearer {}", chat.token);
    let answer = app.call(reqwest::Method::GET, &path, &[("authorization", &lowercase)], Vec::new()).await;
    assert_eq!(answer.status, 200, "schemes have no case");
}

async fn an_id_that_is_none_names_nothing(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    for id in ["1", "not-a-uuid", "0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5", "%00", "..%2f.."] {
        let answer = app.list(&Chat { id: id.to_owned(), ..chat.clone() }, "").await;
        assert_eq!((id, answer.status), (id, 404));
    }
}

on_each_database!(
    pages_follow_each_other_in_order,
    bad_queries_are_named,
    only_its_own_token_opens_a_conversation,
    without_a_well_formed_token_nobody_is_let_in,
    an_id_that_is_none_names_nothing,
);
