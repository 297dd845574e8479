//! What is said over open windows.

use deskbell_domain::conversation::Author;
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::ConversationChange;
use deskbell_testkit::WebSocket;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Chat, TestApp, message};
use crate::live::{numbers, send};

async fn a_message_is_acknowledged_and_comes_to_every_window_of_the_chat(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let (mut one, mut other) = (app.open(&chat, 1).await, app.open(&chat, 1).await);
    let id = Uuid::new_v4().to_string();
    one.say(&send(&id, "  Two ")).await;
    let (mut ack, mut own) = (Value::Null, Value::Null);
    while ack.is_null() || own.is_null() {
        let frame = one.frame().await;
        match frame["type"].as_str().unwrap() {
            "ack" => ack = frame,
            "message" => own = frame,
            other => panic!("{other}"),
        }
    }
    assert_eq!((&ack["client_message_id"], &ack["seq"]), (&json!(id), &json!(2)));
    assert_eq!((&own["client_message_id"], &own["body"]), (&json!(id), &json!("Two")));
    assert_eq!((&own["id"], &own["created_at"]), (&ack["id"], &ack["created_at"]));
    assert_eq!(other.frame_of("message").await, own);

    app.send(&chat, &message("By HTTP")).await;
    for window in [&mut one, &mut other] {
        assert_eq!(window.frame_of("message").await["body"], "By HTTP");
    }
}

async fn the_same_message_by_socket_and_by_http_is_one(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    let id = Uuid::new_v4().to_string();
    window.say(&send(&id, "Two")).await;
    let first = window.frame_of("ack").await;
    window.say(&send(&id, "Two")).await;
    assert_eq!(window.frame_of("ack").await, first);
    let by_http = app.send(&chat, &json!({ "client_message_id": id, "body": "Two" })).await;
    assert_eq!((by_http.status, &by_http.json()["seq"]), (200, &json!(2)));
    window.say(&send(&id, "Something else")).await;
    let error = window.frame_of("error").await;
    assert_eq!(
        (&error["code"], &error["client_message_id"]),
        (&json!("client_message_id_conflict"), &json!(id))
    );
    assert_eq!(app.messages(&chat).await.len(), 2);
}

async fn a_refused_message_is_told_why_and_the_window_stays_open(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    let id = Uuid::new_v4().to_string();
    for body in ["   ".to_owned(), "a".repeat(4_001), "a\0b".to_owned()] {
        window.say(&send(&id, &body)).await;
        let error = window.frame_of("error").await;
        assert_eq!((&error["code"], &error["client_message_id"]), (&json!("invalid_body"), &json!(id)));
    }
    for (frame, code) in [
        (json!({ "type": "shout" }), "invalid_frame"),
        (json!({ "type": "send", "body": "no id" }), "invalid_frame"),
        (json!({ "type": "hello", "token": chat.token, "after_seq": 0 }), "unexpected_frame"),
        (json!(17), "invalid_frame"),
    ] {
        window.say(&frame).await;
        assert_eq!(window.frame_of("error").await["code"], code, "{frame}");
    }
    window.say(&send(&id, "Fine")).await;
    assert_eq!(window.frame_of("ack").await["seq"], 2);
}

async fn an_answer_comes_after_a_hint_and_shows_that_all_before_was_seen(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    let answer = app.reply(&chat, "On our way").await;
    hint::tell(&app.bus, answer.conversation_id, Happened::Message { seq: answer.seq });
    let frame = window.frame().await;
    assert_eq!((&frame["author"], &frame["body"]), (&json!("agent"), &json!("On our way")));
    assert_eq!(window.frame().await, json!({ "type": "seen", "author": "agent", "seq": 2 }));
}

async fn both_sides_are_told_that_the_other_writes_and_has_seen(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let id = chat.id.parse().unwrap();
    let (mut one, mut other) = (app.open(&chat, 1).await, app.open(&chat, 1).await);
    let mut hints = app.bus.hints();
    for _ in 0..5 {
        one.say(&json!({ "type": "typing" })).await;
    }
    for seq in [0, 1, 1, 2] {
        one.say(&json!({ "type": "seen", "seq": seq })).await;
    }
    let seen = json!({ "type": "seen", "author": "visitor", "seq": 1 });
    assert_eq!(other.frame().await, seen, "the other window need not show it as new");
    let mut heard = Vec::new();
    while heard.len() < 2 {
        heard.push(hint::of_conversation(&hints.recv().await.unwrap()).unwrap().what);
    }
    let seen = Happened::Seen { author: Author::Visitor, seq: 1 };
    assert_eq!(heard, [Happened::Typing { author: Author::Visitor }, seen], "once in three seconds");

    hint::tell(&app.bus, id, Happened::Typing { author: Author::Agent });
    app.store.mark_seen(id, Author::Agent, 1).await.unwrap();
    hint::tell(&app.bus, id, Happened::Seen { author: Author::Agent, seq: 1 });
    let typing = json!({ "type": "typing", "author": "agent" });
    assert_eq!(other.frame().await, typing);
    assert_eq!(other.frame().await, json!({ "type": "seen", "author": "agent", "seq": 1 }));
    assert!(hints.try_recv().is_ok());

    let mut later = app.connected(&chat).await;
    later.say(&crate::live::hello(&chat, 1)).await;
    let welcome = later.frame().await;
    assert_eq!((&welcome["seen_by_visitor"], &welcome["seen_by_agent"]), (&json!(1), &json!(1)));
}

async fn windows_show_who_answers_and_that_it_is_over(app: TestApp) {
    let chat = app.started(&message("One")).await;
    let mut window = app.open(&chat, 1).await;
    let ada = agent(&app, "Ada").await;
    let claim = ConversationChange::Claim(ada);
    changed(&app, &chat, claim).await;
    assert_eq!(status(&mut window).await, (json!("Ada"), json!(false)));
    changed(&app, &chat, ConversationChange::Close).await;
    assert_eq!(status(&mut window).await, (json!("Ada"), json!(true)));
    window.say(&send(&Uuid::new_v4().to_string(), "One more thing")).await;
    assert_eq!(status(&mut window).await, (json!("Ada"), json!(false)), "a message opens it again");
}

async fn status(window: &mut WebSocket) -> (Value, Value) {
    let status = window.frame_of("status").await;
    (status["agent"].clone(), status["closed"].clone())
}

async fn agent(app: &TestApp, name: &str) -> deskbell_domain::UserId {
    use deskbell_domain::Clock as _;
    use deskbell_store::model::user::{User, UserRole};
    let user = User {
        id: deskbell_domain::UserId::mint(&*app.clock),
        email: format!("{name}@example.com"),
        name: name.to_owned(),
        role: UserRole::Agent,
        password_hash: String::new(),
        created_at: app.clock.now(),
        disabled_at: None,
    };
    assert!(app.store.add_user(&user).await.unwrap());
    user.id
}

async fn changed(app: &TestApp, chat: &Chat, change: ConversationChange) {
    use deskbell_domain::Clock as _;
    let id = chat.id.parse().unwrap();
    app.store.change_conversation(id, change, app.clock.now()).await.unwrap();
    hint::tell(&app.bus, id, Happened::Changed);
}

async fn many_senders_at_once_are_seen_by_all_in_one_order_without_gap_or_repeat(app: TestApp) {
    const EACH: usize = 15;
    let chat = app.started(&message("One")).await;
    let mut windows = Vec::new();
    for _ in 0..6 {
        windows.push(app.open(&chat, 1).await);
    }
    let last = 1 + i64::try_from(windows.len() * EACH).unwrap();
    let orders = futures_util::future::join_all(windows.iter_mut().map(async |window| {
        for _ in 0..EACH {
            window.say(&send(&Uuid::new_v4().to_string(), "Another")).await;
        }
        let first = numbers(window, last).await;
        let mut late = app.open(&chat, 7).await;
        (first, numbers(&mut late, last).await)
    }))
    .await;
    for (seen, late) in orders {
        assert_eq!(seen, (2..=last).collect::<Vec<_>>());
        assert_eq!(late, (8..=last).collect::<Vec<_>>());
    }
}

on_each_database!(
    a_message_is_acknowledged_and_comes_to_every_window_of_the_chat,
    the_same_message_by_socket_and_by_http_is_one,
    a_refused_message_is_told_why_and_the_window_stays_open,
    an_answer_comes_after_a_hint_and_shows_that_all_before_was_seen,
    both_sides_are_told_that_the_other_writes_and_has_seen,
    windows_show_who_answers_and_that_it_is_over,
    many_senders_at_once_are_seen_by_all_in_one_order_without_gap_or_repeat,
);
