//! The link in an SMS: what it opens, how often, for how long, and for whom.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::add_recipient;
use crate::app::{Chat, TestApp};
use crate::client::Client;
use crate::notifier::{self, Texted};

const HOUR: Duration = Duration::from_secs(3_600);

/// A browser in which the link was opened.
pub(crate) async fn opened<'a>(app: &'a TestApp, texted: &Texted) -> Client<'a> {
    let mut client = app.anonymous();
    let answer = client.submit(&texted.path(), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/r/chat"), "{answer:?}");
    client.keep_cookies(&answer);
    client
}

async fn texted(app: &TestApp) -> (Chat, Texted) {
    if app.store.recipients().await.unwrap().is_empty() {
        add_recipient(app).await;
    }
    let chat = app.chat("Maria", "My sink leaks").await;
    let texted = notifier::tell_of_chat(app, chat.id).await.remove(0);
    (chat, texted)
}

async fn looking_at_it_changes_nothing(app: TestApp) {
    let (_, texted) = texted(&app).await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let page = app.anonymous().call(method.clone(), &texted.path(), None).await;
        assert_eq!((page.status, page.cookies()), (200, Vec::new()), "{method}");
        assert!(
            !page.text.contains("Maria") && !page.text.contains("sink"),
            "a preview shows nothing of the chat"
        );
        assert_eq!(page.text.is_empty(), method == Method::HEAD);
    }
    opened(&app, &texted).await;
}

async fn it_opens_once(app: TestApp) {
    let (_, texted) = texted(&app).await;
    let client = opened(&app, &texted).await;
    let cookie = &client.cookies["deskbell-chat"];
    assert_ne!(*cookie, texted.link.reveal());
    let again = app.anonymous().submit(&texted.path(), &[]).await;
    assert_eq!(again.status, 410);
    assert!(again.text.contains("has been used") && again.text.contains("latest SMS"), "{again:?}");
    assert_eq!(app.anonymous().get(&texted.path()).await.status, 410);

    // Where it was opened, the same link leads to the chat for as long as it is good.
    let here = client.get(&texted.path()).await;
    assert_eq!((here.status, here.header("location")), (303, "/r/chat"));
    assert_eq!(client.submit(&texted.path(), &[]).await.status, 303);
}

async fn of_many_who_open_it_at_once_one_does(app: TestApp) {
    let (_, texted) = texted(&app).await;
    let path = texted.path();
    let clients: Vec<Client<'_>> = (0..8).map(|_| app.anonymous()).collect();
    let opened = futures_util::future::join_all(clients.iter().map(|client| client.submit(&path, &[]))).await;
    let mut statuses: Vec<u16> = opened.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410]);
}

async fn it_is_good_for_two_days(app: TestApp) {
    let (_, first) = texted(&app).await;
    let (_, second) = texted(&app).await;
    let client = opened(&app, &first).await;
    app.clock.advance(HOUR * 47);
    assert_eq!(client.get("/r/chat").await.status, 200);
    assert_eq!(app.anonymous().get(&second.path()).await.status, 200);
    app.clock.advance(HOUR);
    assert_eq!(client.get("/r/chat").await.status, 401);
    for answer in
        [app.anonymous().get(&second.path()).await, app.anonymous().submit(&second.path(), &[]).await]
    {
        assert_eq!(answer.status, 410);
        assert!(answer.text.contains("too old"), "{answer:?}");
    }
}

async fn it_can_be_withdrawn(app: TestApp) {
    let (chat, texted) = texted(&app).await;
    let (_, elsewhere) = self::texted(&app).await;
    let unused = notifier::tell_of_chat(&app, chat.id).await.remove(0);
    let (client, other) = (opened(&app, &texted).await, opened(&app, &elsewhere).await);
    let agent = app.agent("Ada").await;
    let revoked = agent.delete(&chat.path("/links")).await.ok(200);
    assert_eq!(revoked["revoked"], 2);
    assert_eq!(client.get("/r/chat").await.status, 401);
    let answer = app.anonymous().submit(&unused.path(), &[]).await;
    assert!(answer.status == 410 && answer.text.contains("withdrawn"), "{answer:?}");
    assert_eq!(other.get("/r/chat").await.status, 200, "other chats are not touched");
}

async fn what_is_no_link_is_said_kindly(app: TestApp) {
    for token in ["x", &"A".repeat(22), &"A".repeat(21), "%00", "..%2fapi", &"é".repeat(11)] {
        for answer in [
            app.anonymous().get(&format!("/r/{token}")).await,
            app.anonymous().submit(&format!("/r/{token}"), &[]).await,
        ] {
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (404, "text/html; charset=utf-8"),
                "{token}"
            );
            assert!(answer.text.contains("not known"), "{answer:?}");
        }
    }
}

async fn it_reads_answers_takes_and_closes_its_one_chat(app: TestApp) {
    let (chat, texted) = texted(&app).await;
    let client = opened(&app, &texted).await;
    let id = chat.id.to_string();
    let page = client.get("/r/chat").await;
    assert!(page.text.contains("Chat with Maria") && page.text.contains("My sink leaks"), "{page:?}");

    app.clock.advance(HOUR);
    assert_eq!(client.submit("/r/chat/take", &[("conversation_id", &id)]).await.status, 303);
    let key = Uuid::new_v4().to_string();
    let answer =
        [("conversation_id", id.as_str()), ("client_message_id", &key), ("body", "On our way\r\nSee you")];
    for _ in 0..2 {
        assert_eq!(client.submit("/r/chat/reply", &answer).await.status, 303);
    }
    let agent = app.agent("Ada").await;
    let messages = agent.get(&chat.path("/messages")).await.ok(200);
    assert_eq!(messages["messages"].as_array().unwrap().len(), 2, "sent twice, stored once");
    assert_eq!(messages["messages"][1]["body"], "On our way\nSee you");
    app.clock.advance(HOUR);
    assert_eq!(client.submit("/r/chat/close", &[("conversation_id", &id)]).await.status, 303);
    assert_eq!(agent.get(&chat.path("")).await.ok(200)["status"], "closed");
    let timeline = agent.get(&chat.path("/timeline")).await.ok(200);
    let done: Vec<&Value> =
        timeline["entries"].as_array().unwrap().iter().filter(|entry| entry["type"] == "change").collect();
    let actions: Vec<_> = done.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["link.open", "conversation.claim", "conversation.close"]);
    assert_eq!(done[0]["actor"], "Olga (by SMS link)");
}

async fn a_page_of_another_chat_sends_nothing_into_this_one(app: TestApp) {
    let (first_chat, first) = texted(&app).await;
    let (second_chat, second) = texted(&app).await;
    let mut client = opened(&app, &first).await;
    let answer = client.submit(&second.path(), &[]).await;
    client.keep_cookies(&answer);
    let id = first_chat.id.to_string();
    let key = Uuid::new_v4().to_string();
    let reply = [("conversation_id", id.as_str()), ("client_message_id", &key), ("body", "For Maria")];
    assert_eq!(client.submit("/r/chat/reply", &reply).await.status, 403);
    for verb in ["take", "close"] {
        assert_eq!(client.submit(&format!("/r/chat/{verb}"), &[("conversation_id", &id)]).await.status, 403);
    }
    let agent = app.agent("Ada").await;
    for chat in [&first_chat, &second_chat] {
        let shown = agent.get(&chat.path("")).await.ok(200);
        assert_eq!((&shown["last_seq"], &shown["status"]), (&json!(1), &json!("waiting")));
    }
}

async fn an_answer_that_cannot_be_sent_is_not_lost(app: TestApp) {
    let (chat, texted) = texted(&app).await;
    let client = opened(&app, &texted).await;
    let (id, key) = (chat.id.to_string(), Uuid::new_v4().to_string());
    let send = async |body: &str| {
        let fields = [("conversation_id", id.as_str()), ("client_message_id", key.as_str()), ("body", body)];
        client.submit("/r/chat/reply", &fields).await
    };
    let empty = send("  ").await;
    assert!(empty.status == 422 && empty.text.contains("at least one character"), "{empty:?}");
    let long = send(&"word ".repeat(1_000)).await;
    assert!(long.status == 422 && long.text.contains("word word"), "{}", long.status);
    assert_eq!(send("First").await.status, 303);
    let edited = send("First, corrected").await;
    assert!(edited.status == 409 && edited.text.contains("First, corrected"), "{edited:?}");
    let broken = client.submit("/r/chat/reply", &[("body", "x")]).await;
    assert_eq!((broken.status, broken.header("content-type")), (400, "text/html; charset=utf-8"));
}

on_each_database! {
    looking_at_it_changes_nothing,
    it_opens_once,
    of_many_who_open_it_at_once_one_does,
    it_is_good_for_two_days,
    it_can_be_withdrawn,
    what_is_no_link_is_said_kindly,
    it_reads_answers_takes_and_closes_its_one_chat,
    a_page_of_another_chat_sends_nothing_into_this_one,
    an_answer_that_cannot_be_sent_is_not_lost,
}
