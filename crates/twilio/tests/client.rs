//! The client's account of what became of a request, against a server that follows a script byte by byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod script;

use std::time::Duration;

use deskbell_twilio::{
    Auth, Client, ClientSettings, Credentials, ErrorClass, ListFilter, MessageStatus, NewMessage, ReadError,
    SendError, Sender,
};
use script::{Script, Step, answer};
use secrecy::SecretString;

const CREATED: &str = r#"{"sid":"SM1","status":"queued","num_segments":"2","error_code":null,
    "date_created":"Mon, 23 Nov 2026 09:46:00 +0000","date_sent":null,"price":null,"body":"Hi","to":"+15558675310"}"#;

fn client(base_url: &str, auth: Auth) -> Client {
    // Only the first test to get here installs the provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = deskbell_twilio::http_client(Duration::from_millis(600)).unwrap();
    let credentials = Credentials { account_sid: "AC1".to_owned(), auth };
    Client::new(http, ClientSettings { base_url: base_url.parse().unwrap(), credentials })
}

fn token() -> Auth {
    Auth::AuthToken(SecretString::from("secret"))
}

fn message() -> NewMessage {
    NewMessage {
        to: "+15558675310".to_owned(),
        sender: Sender::From("+15005550006".to_owned()),
        body: "Hi & bye ✓".to_owned(),
        status_callback: Some("https://chat.example.com/twilio/status/1".parse().unwrap()),
        validity_period_s: Some(600),
    }
}

/// What a create request comes to when the server does `steps`, and how many requests the server saw.
async fn create(steps: Vec<Step>) -> (Result<deskbell_twilio::Message, SendError>, Vec<String>) {
    let script = Script::start(steps).await;
    let result = client(&script.url, token()).create_message(&message()).await;
    (result, script.requests())
}

#[tokio::test]
async fn a_created_message_is_returned_and_the_request_is_as_documented() {
    let (created, requests) = create(vec![answer("201 Created", "application/json", CREATED)]).await;
    let created = created.unwrap();
    assert_eq!(
        (created.sid.as_str(), created.status, created.num_segments),
        ("SM1", MessageStatus::Queued, Some(2))
    );
    assert_eq!(created.date_created.unwrap().to_string(), "2026-11-23T09:46:00Z");
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].starts_with("POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    assert!(requests[0].contains("authorization: Basic QUMxOnNlY3JldA==\r\n"));
    assert!(requests[0].ends_with(
        "\r\n\r\nTo=%2B15558675310&From=%2B15005550006&Body=Hi+%26+bye+%E2%9C%93\
         &StatusCallback=https%3A%2F%2Fchat.example.com%2Ftwilio%2Fstatus%2F1&ValidityPeriod=600"
    ));
}

#[tokio::test]
async fn an_api_key_authenticates_while_the_account_stays_in_the_path() {
    let script = Script::start(vec![answer(
        "200 OK",
        "application/json",
        r#"{"sid":"AC1","status":"active","type":"Trial"}"#,
    )])
    .await;
    let auth = Auth::ApiKey { sid: "SK1".to_owned(), secret: SecretString::from("s") };
    let account = client(&format!("{}/prefix/", script.url), auth).fetch_account().await.unwrap();
    assert_eq!(account.kind.as_deref(), Some("Trial"));
    let request = &script.requests()[0];
    assert!(request.starts_with("GET /prefix/2010-04-01/Accounts/AC1.json HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic U0sxOnM=\r\n"));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for base_url in [format!("http://{closed}"), "http://host.invalid".to_owned()] {
        let error = client(&base_url, token()).create_message(&message()).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent { .. }), "{base_url}: {error:?}");
    }
}

#[tokio::test]
async fn a_failed_tls_handshake_sent_nothing() {
    let script = Script::start(vec![Step::Close]).await;
    let base_url = script.url.replace("http:", "https:");
    let error = client(&base_url, token()).create_message(&message()).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error:?}");
}

#[tokio::test]
async fn every_unclear_answer_is_ambiguous_and_no_request_is_repeated() {
    let long = format!(r#"{{"sid":"SM1","body":"{}"}}"#, "x".repeat(100_000));
    for (name, step) in [
        ("closed without an answer", Step::Close),
        ("reset", Step::Reset),
        ("no answer in time", Step::Hang),
        (
            "500",
            answer(
                "500 Internal Server Error",
                "application/json",
                r#"{"code":20500,"message":"x","status":500}"#,
            ),
        ),
        ("503", answer("503 Service Unavailable", "application/json", r#"{"code":20503}"#)),
        ("502 in HTML", answer("502 Bad Gateway", "text/html", "<html>")),
        ("408", answer("408 Request Timeout", "text/plain", "")),
        ("201 without a body", answer("201 Created", "application/json", "")),
        ("201 in HTML", answer("201 Created", "text/html", "<html>")),
        ("201 without an id", answer("201 Created", "application/json", r#"{"status":"queued"}"#)),
        ("201 with an empty id", answer("201 Created", "application/json", r#"{"sid":""}"#)),
        ("201 of 100 kB", answer("201 Created", "application/json", &long)),
        (
            "201 cut off",
            Step::Answer("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"sid\":\"SM1\"".into(), false),
        ),
        (
            "201 cut off after its JSON",
            Step::Answer(
                "HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"sid\":\"SM1\"}".into(),
                false,
            ),
        ),
        (
            "redirect",
            Step::Answer(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n".into(),
                true,
            ),
        ),
        ("no HTTP", Step::Answer("SSH-2.0-OpenSSH\r\n\r\n".into(), false)),
    ] {
        // The further steps would answer a repeated request.
        let (result, requests) = create(vec![step, answer("201 Created", "application/json", CREATED)]).await;
        let error = result.unwrap_err();
        assert!(matches!(error, SendError::Ambiguous { .. }), "{name}: {error:?}");
        assert_eq!(error.class(), ErrorClass::Ambiguous);
        assert_eq!(requests.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn odd_fields_do_not_turn_an_accepted_message_into_an_unknown_one() {
    let odd = r#"{"sid":"SM1","status":null,"to":7,"num_segments":3,"error_code":"x","date_created":"yesterday","new":[{}]}"#;
    let (created, _) = create(vec![answer("201 Created", "application/json", odd)]).await;
    let created = created.unwrap();
    assert_eq!((created.sid.as_str(), created.num_segments, created.date_created), ("SM1", None, None));
}

#[tokio::test]
async fn a_429_was_not_processed_and_carries_its_wait() {
    let limited = |headers: &str, body: &str| {
        let length = body.len();
        Step::Answer(
            format!("HTTP/1.1 429 Too Many Requests\r\n{headers}Content-Length: {length}\r\n\r\n{body}"),
            true,
        )
    };
    let backoff = ErrorClass::Backoff;
    for (step, retry_after, code, class) in [
        (
            limited("Retry-After: 3\r\n", r#"{"code":20429}"#),
            Some(Duration::from_secs(3)),
            Some(20429),
            backoff,
        ),
        (limited("", r#"{"code":20429}"#), None, Some(20429), backoff),
        (limited("", "slow down"), None, None, backoff),
        (limited("", r#"{"code":63038}"#), None, Some(63038), ErrorClass::Later),
    ] {
        let (result, requests) = create(vec![step]).await;
        assert_eq!(result.unwrap_err(), SendError::RateLimited { retry_after, code, class });
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_tells_its_code_and_class_and_hides_numbers() {
    let body = r#"{"code":21211,"message":"The 'To' number +15558675310 is not a valid phone number.","status":400}"#;
    let (result, _) = create(vec![answer("400 Bad Request", "application/json", body)]).await;
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.class()), (Some(21211), ErrorClass::PermanentRecipient));
    assert!(!format!("{error:?} {error}").contains("5558675310"));

    for (status, class) in
        [("401 Unauthorized", ErrorClass::Config), ("400 Bad Request", ErrorClass::PermanentRequest)]
    {
        let (result, _) = create(vec![answer(status, "text/html", "<html>")]).await;
        let error = result.unwrap_err();
        assert!(matches!(error, SendError::Rejected { code: None, .. }), "{error:?}");
        assert_eq!(error.class(), class);
    }
}

#[tokio::test]
async fn a_connection_that_closes_between_two_requests_costs_neither_a_message_nor_a_double() {
    let script = Script::start(vec![
        answer("201 Created", "application/json", CREATED),
        // The second request is read in full on the connection of the first, which then closes.
        Step::Close,
        answer("201 Created", "application/json", CREATED),
    ])
    .await;
    let client = client(&script.url, token());
    client.create_message(&message()).await.unwrap();
    let error = client.create_message(&message()).await.unwrap_err();
    assert!(matches!(error, SendError::Ambiguous { .. }), "{error:?}");
    assert_eq!((script.requests().len(), script.connections()), (2, 1));
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_is_replaced() {
    let created = answer("201 Created", "application/json", CREATED);
    let Step::Answer(bytes, _) = created.clone() else { unreachable!() };
    let script = Script::start(vec![Step::Answer(bytes, false), created]).await;
    let client = client(&script.url, token());
    client.create_message(&message()).await.unwrap();
    script.closed().await;
    client.create_message(&message()).await.unwrap();
    assert_eq!((script.requests().len(), script.connections()), (2, 2));
}

#[tokio::test]
async fn a_list_follows_its_pages_up_to_the_limit() {
    let page = |sid: &str, next: &str| {
        answer(
            "200 OK",
            "application/json",
            &format!(r#"{{"messages":[{{"sid":"{sid}"}}],"next_page_uri":{next}}}"#),
        )
    };
    let next = r#""/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=PASM1""#;
    let filter = ListFilter { to: Some("+1 5".to_owned()), from: None, page_size: Some(0) };

    let script = Script::start(vec![page("SM1", next), page("SM2", "null")]).await;
    let messages = client(&script.url, token()).list_messages(&filter, 9).await.unwrap();
    assert_eq!(messages.iter().map(|message| message.sid.as_str()).collect::<Vec<_>>(), ["SM1", "SM2"]);
    let requests = script.requests();
    assert!(
        requests[0].starts_with("GET /2010-04-01/Accounts/AC1/Messages.json?To=%2B1+5&PageSize=1 HTTP"),
        "{}",
        requests[0]
    );
    assert!(
        requests[1].starts_with("GET /2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=PASM1 HTTP")
    );

    let script = Script::start(vec![page("SM1", next), page("SM2", next)]).await;
    assert_eq!(client(&script.url, token()).list_messages(&filter, 1).await.unwrap().len(), 1);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn reading_errors_are_told_apart() {
    let script = Script::start(vec![
        answer("404 Not Found", "application/json", r#"{"code":20404,"status":404}"#),
        answer("200 OK", "text/html", "<html>"),
        answer("200 OK", "application/json", r#"{"messages":[],"next_page_uri":"https://evil.example/"}"#),
        Step::Close,
    ])
    .await;
    let client = client(&script.url, token());
    let error = client.fetch_message("SM/../1").await.unwrap_err();
    assert_eq!(error, ReadError::Api { status: 404, code: Some(20404), retry_after: None });
    assert!(script.requests()[0].starts_with("GET /2010-04-01/Accounts/AC1/Messages/SM%2F..%2F1.json HTTP"));
    assert!(matches!(client.fetch_message("SM1").await, Err(ReadError::Unreadable(_))));
    assert!(matches!(client.list_messages(&ListFilter::default(), 9).await, Err(ReadError::Unreadable(_))));
    assert!(matches!(client.fetch_message("SM1").await, Err(ReadError::Transport(_))));
}
