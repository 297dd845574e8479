//! Good and bad bodies: what is wrong is named, and nothing is ever a 500.

use serde_json::json;

use crate::server::{TestServer, problem};

#[tokio::test]
async fn a_good_body_is_read() {
    let server = TestServer::start().await;
    let response = server.post_json(r#"{"body":"hi","count":3,"parts":[{"text":"a"}]}"#).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "hia3");
}

#[tokio::test]
async fn what_is_not_json_is_a_400_that_says_where() {
    let server = TestServer::start().await;
    for (body, detail) in [
        (&b""[..], "the body is empty"),
        (b"{", "EOF"),
        (b"hello", "line 1 column 1"),
        (b"{\"body\":\"\\ud800\"}", "hex escape"),
        (b"{\"body\":\"\\udc00x\"}", "surrogate"),
        (b"{\"body\":\"\xff\"}", "not UTF-8 (byte 9)"),
        (b"{\"body\":\"a\0b\"}", "control character"),
        (b"{\"body\":\"a\"} x", "trailing characters"),
    ] {
        let (status, problem) = problem(server.post_json(body.to_vec()).await).await;
        assert_eq!((status, problem["code"].as_str()), (400, Some("invalid_json")), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
}

#[tokio::test]
async fn json_nested_without_end_is_refused_and_the_server_lives_on() {
    let server = TestServer::start().await;
    for body in [format!("{{\"parts\":{}", "[".repeat(60_000)), "[".repeat(60_000), "{\"a\":".repeat(10_000)]
    {
        let (status, problem) = problem(server.post_json(body).await).await;
        assert!(status == 400 || status == 422, "{problem}");
    }
    assert_eq!(server.post_json(r#"{"body":"a"}"#).await.status(), 200);
}

#[tokio::test]
async fn json_that_does_not_fit_is_a_422_that_names_the_field() {
    let server = TestServer::start().await;
    for (body, pointer, message) in [
        (r#"{"body":7}"#, "/body", "invalid type: integer `7`, expected a string"),
        (r#"{"body":"a","count":"x"}"#, "/count", "expected u8"),
        (r#"{"body":"a","count":300}"#, "/count", "expected u8"),
        (r#"{"body":"a","extra":1}"#, "/extra", "unknown field `extra`"),
        (r#"{"body":"a","body":"b"}"#, "", "duplicate field `body`"),
        ("{}", "", "missing field `body`"),
        (r#"["a",1,[]]"#, "", "must be a JSON object"),
        ("7", "", "must be a JSON object"),
        (r#"{"body":"a","parts":[{"text":"b"},{"text":null}]}"#, "/parts/1/text", "invalid type: null"),
        (r#"{"body":""}"#, "/body", "must have 1 to 10 characters or items"),
        (r#"{"body":"12345678901"}"#, "/body", "must have 1 to 10"),
        (r#"{"body":"a","count":6}"#, "/count", "must be between 1 and 5"),
        (r#"{"body":"a","parts":[{"text":"long"}]}"#, "/parts/0/text", "must be short"),
    ] {
        let (status, problem) = problem(server.post_json(body).await).await;
        assert_eq!(status, 422, "{body}: {problem}");
        assert_eq!(problem["code"], "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
        let said = problem["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains(message), "{body}: {problem}");
    }
}

#[tokio::test]
async fn every_field_at_fault_is_named_in_order() {
    let server = TestServer::start().await;
    let (_, problem) = problem(server.post_json(r#"{"body":"","count":9}"#).await).await;
    assert_eq!(
        problem,
        json!({
            "type": "urn:deskbell:problem:invalid_body",
            "title": "The request's body is not valid",
            "status": 422,
            "code": "invalid_body",
            "detail": "some fields are not valid",
            "errors": [
                {"pointer": "/body", "message": "must have 1 to 10 characters or items"},
                {"pointer": "/count", "message": "must be between 1 and 5"},
            ],
        })
    );
}

#[tokio::test]
async fn other_kinds_of_body_are_a_415() {
    let server = TestServer::start().await;
    let post = || server.client.post(format!("{}/echo", server.url)).body(r#"{"body":"a"}"#);
    for request in [
        post(),
        post().header("content-type", "text/plain"),
        post().header("content-type", "application/jsonp"),
        post().header("content-type", "application/json").header("content-encoding", "gzip"),
        post().header("content-type", "application/json").header("content-encoding", "br"),
    ] {
        let (status, problem) = problem(request.send().await.unwrap()).await;
        assert_eq!(status, 415, "{problem}");
        assert_eq!(problem["code"], "unsupported_media_type");
    }
    let charset = post().header("content-type", "Application/JSON; charset=utf-8").send().await.unwrap();
    assert_eq!(charset.status(), 200);
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_413_whether_or_not_its_length_was_announced() {
    let server = TestServer::start().await;
    let (status, big) = problem(server.post_json(vec![b' '; 10_000_000]).await).await;
    assert_eq!((status, big["code"].as_str()), (413, Some("body_too_large")));
    let pieces = futures_util::stream::iter((0..70).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])));
    let (status, _) = problem(server.post_json(reqwest::Body::wrap_stream(pieces)).await).await;
    assert_eq!(status, 413);
    let raw = |body: &'static str| server.client.post(format!("{}/raw", server.url)).body(body).send();
    assert_eq!(raw("12345678").await.unwrap().text().await.unwrap(), "12345678");
    assert_eq!(raw("123456789").await.unwrap().status(), 413);
}

#[tokio::test]
async fn a_body_in_many_pieces_is_put_together() {
    let server = TestServer::start().await;
    let text = r#"{"body":"ab","parts":[{"text":"c"},{"text":"d"}]}"#;
    let pieces = text.as_bytes().chunks(5).map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
    let pieces: Vec<_> = pieces.collect();
    let response = server.post_json(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))).await;
    assert_eq!(response.text().await.unwrap(), "abcd0");
}
