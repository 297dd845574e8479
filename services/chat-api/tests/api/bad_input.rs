//! What no client should send: each is a 4xx that says what is wrong, and nothing is stored.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Chat, TestApp, message, token};

const JSON: (&str, &str) = ("content-type", "application/json");
const ID: &str = "0190b2f4-6a5e-7c3d-8e9f-0a1b2c3d4e5f";

/// A first message in which one field is something else.
fn with(field: &str, value: Value) -> Vec<u8> {
    let mut request = message("Hello");
    request[field] = value;
    serde_json::to_vec(&request).unwrap()
}

fn without(field: &str) -> Vec<u8> {
    let mut request = message("Hello");
    request.as_object_mut().unwrap().remove(field);
    serde_json::to_vec(&request).unwrap()
}

fn with_text(text: &[u8]) -> Vec<u8> {
    let before = format!(r#"{{"client_message_id":"{ID}","body":""#);
    [before.as_bytes(), text, b"\"}"].concat()
}

fn with_text_of(json: &[u8]) -> Vec<u8> {
    [format!(r#"{{"client_message_id":"{ID}","body":"#).as_bytes(), json, b"}"].concat()
}

/// Bodies that are bad for a first and for a further message alike: what is wrong, the bytes, status, code and the
/// pointer to the field.
fn bad_bodies() -> Vec<(&'static str, Vec<u8>, u16, &'static str, &'static str)> {
    vec![
        ("nothing", Vec::new(), 400, "invalid_json", ""),
        ("not JSON", b"Hello".to_vec(), 400, "invalid_json", ""),
        ("half of it", br#"{"body": "Hel"#.to_vec(), 400, "invalid_json", ""),
        ("more than one", [with("urgent", json!(false)), b"{}".to_vec()].concat(), 400, "invalid_json", ""),
        ("invalid UTF-8", with_text(b"\xff\xfe"), 400, "invalid_json", ""),
        ("a UTF-8 surrogate", with_text(b"\xed\xa0\x80"), 400, "invalid_json", ""),
        ("a lone surrogate escape", with_text(br"\ud83d"), 400, "invalid_json", ""),
        ("a bare control character", with_text(b"\x07"), 400, "invalid_json", ""),
        (
            "deep nesting",
            with_text_of(&[vec![b'['; 60_000], vec![b']'; 60]].concat()),
            422,
            "invalid_body",
            "/body",
        ),
        ("an array", b"[]".to_vec(), 422, "invalid_body", ""),
        ("a number", b"1".to_vec(), 422, "invalid_body", ""),
        ("no id", without("client_message_id"), 422, "invalid_body", ""),
        ("no text", without("body"), 422, "invalid_body", ""),
        (
            "an id that is none",
            with("client_message_id", json!("1")),
            422,
            "invalid_body",
            "/client_message_id",
        ),
        ("a number as the text", with("body", json!(1)), 422, "invalid_body", "/body"),
        ("null as the text", with("body", json!(null)), 422, "invalid_body", "/body"),
        ("a text as a yes or no", with("urgent", json!("yes")), 422, "invalid_body", "/urgent"),
        ("an unknown field", with("colour", json!("red")), 422, "invalid_body", "/colour"),
        ("an empty text", with("body", json!("")), 422, "invalid_body", "/body"),
        ("a blank text", with("body", json!(" \n\u{a0}\u{3000}")), 422, "invalid_body", "/body"),
        ("a NUL", with("body", json!("a\0b")), 422, "invalid_body", "/body"),
        ("4,001 characters", with("body", json!("a".repeat(4_001))), 422, "invalid_body", "/body"),
        ("4,001 fires", with("body", json!("🔥".repeat(4_001))), 422, "invalid_body", "/body"),
        ("a body above the limit", with("body", json!("a".repeat(70_000))), 413, "body_too_large", ""),
        ("10 MB", with("body", json!("a".repeat(10_000_000))), 413, "body_too_large", ""),
    ]
}

/// The same for what only a first message has.
fn bad_details() -> Vec<(&'static str, Vec<u8>, u16, &'static str, &'static str)> {
    let invalid = |name, body, pointer| (name, body, 422, "invalid_body", pointer);
    vec![
        invalid("a long name", with("name", json!("a".repeat(101))), "/name"),
        invalid("a mail address that is none", with("email", json!("maria")), "/email"),
        invalid("a phone number that is none", with("phone", json!("<script>")), "/phone"),
        invalid("a script as a page", with("page_url", json!("javascript:alert(1)")), "/page_url"),
        invalid(
            "a long address of a page",
            with("page_url", json!(format!("https://a.example/{}", "a".repeat(2_048)))),
            "/page_url",
        ),
        invalid("a locale that is none", with("locale", json!("english, please")), "/locale"),
        invalid("a short token", with("visitor_token", json!("abc")), "/visitor_token"),
        invalid("an empty token", with("visitor_token", json!("")), "/visitor_token"),
        invalid(
            "a token of another alphabet",
            with("visitor_token", json!("+".repeat(43))),
            "/visitor_token",
        ),
        invalid("a padded token", with("visitor_token", json!(format!("{}=", token('a')))), "/visitor_token"),
        invalid("a number as a token", with("visitor_token", json!(1)), "/visitor_token"),
    ]
}

#[track_caller]
fn assert_refused(what: &str, answer: &Answer, status: u16, code: &str, pointer: &str) {
    assert_eq!((what, answer.status, answer.code().as_str()), (what, status, code), "{answer:?}");
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}");
    let field = answer.json()["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
    assert_eq!((what, field.as_str()), (what, pointer), "{answer:?}");
}

async fn bad_first_messages_are_refused(mut app: TestApp) {
    for (what, body, status, code, pointer) in bad_bodies().into_iter().chain(bad_details()) {
        let answer = app.call(Method::POST, "/api/v1/conversations", &[JSON], body).await;
        assert_refused(what, &answer, status, code, pointer);
    }
    assert_eq!(app.conversations().await, 0);
    assert_eq!(app.published_in_the_end().await, []);
}

async fn bad_further_messages_are_refused(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let authorization = chat.authorization();
    for (what, body, status, code, pointer) in bad_bodies() {
        let headers = [JSON, ("authorization", authorization.as_str())];
        let answer = app.call(Method::POST, &chat.messages_path(), &headers, body).await;
        assert_refused(what, &answer, status, code, pointer);
    }
    for field in ["name", "visitor_token", "conversation_id"] {
        let mut request = message("Hello");
        request[field] = json!("Maria");
        app.send(&chat, &request).await.assert_problem(422, "invalid_body");
    }
    assert_eq!(app.messages(&chat).await.len(), 1);
}

async fn other_kinds_of_body_are_refused(app: TestApp) {
    let body = || serde_json::to_vec(&message("Hello")).unwrap();
    let path = "/api/v1/conversations";
    for headers in [
        vec![],
        vec![("content-type", "text/plain")],
        vec![("content-type", "application/x-www-form-urlencoded")],
        vec![("content-type", "multipart/form-data; boundary=x")],
        vec![JSON, ("content-encoding", "gzip")],
        vec![JSON, ("content-encoding", "br")],
    ] {
        let answer = app.call(Method::POST, path, &headers, body()).await;
        assert_eq!(
            (&headers, answer.status, answer.code().as_str()),
            (&headers, 415, "unsupported_media_type")
        );
    }
    assert_eq!(app.conversations().await, 0);
}

async fn a_compressed_bomb_is_not_unpacked(app: TestApp) {
    // What gzip makes of ten million letters, for the most part: the header says so, the bytes are never looked at.
    let headers = [JSON, ("content-encoding", "gzip")];
    let answer = app.call(Method::POST, "/api/v1/conversations", &headers, vec![0x1f; 9_000]).await;
    answer.assert_problem(415, "unsupported_media_type");
    assert_eq!(app.conversations().await, 0);
}

async fn all_fields_at_fault_are_named_at_once(app: TestApp) {
    let request =
        json!({ "client_message_id": ID, "body": " ", "email": "maria", "locale": "?", "visitor_token": "" });
    let answer = app.start(&request).await;
    answer.assert_problem(422, "invalid_body");
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/body", "/email", "/locale", "/visitor_token"]);
}

async fn other_methods_and_addresses_are_refused(app: TestApp) {
    let chat = Chat::of(&app.start(&message("Hello")).await);
    for (method, path, status) in [
        (Method::GET, "/api/v1/conversations".to_owned(), 405),
        (Method::DELETE, "/api/v1/conversations".to_owned(), 405),
        (Method::PUT, chat.messages_path(), 405),
        (Method::GET, "/".to_owned(), 404),
        (Method::GET, "/api/v1".to_owned(), 404),
        (Method::GET, format!("/api/v1/conversations/{}", chat.id), 404),
        (Method::POST, "/api/v2/conversations".to_owned(), 404),
    ] {
        let answer = app.call(method.clone(), &path, &[], Vec::new()).await;
        assert_eq!((&method, &path, answer.status), (&method, &path, status), "{answer:?}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}

on_each_database!(
    bad_first_messages_are_refused,
    bad_further_messages_are_refused,
    other_kinds_of_body_are_refused,
    a_compressed_bomb_is_not_unpacked,
    all_fields_at_fault_are_named_at_once,
    other_methods_and_addresses_are_refused,
);
