//! Every error has the same form, and tells no more than it should.

use serde_json::json;

use crate::server::{TestServer, problem};

#[tokio::test]
async fn an_unknown_address_is_a_404_problem() {
    let server = TestServer::start().await;
    let (status, problem) = problem(server.get("/nowhere").await).await;
    assert_eq!(status, 404);
    assert_eq!(
        problem,
        json!({
            "type": "urn:deskbell:problem:not_found",
            "title": "Not found",
            "status": 404,
            "code": "not_found",
            "detail": "there is nothing at this address",
        })
    );
}

#[tokio::test]
async fn a_wrong_method_is_a_405_problem_that_names_the_right_ones() {
    let server = TestServer::start().await;
    let response = server.get("/echo").await;
    let allow = response.headers()["allow"].to_str().unwrap().to_owned();
    assert!(allow.contains("POST") && allow.contains("PUT"), "{allow}");
    let (status, problem) = problem(response).await;
    assert_eq!((status, problem["code"].as_str()), (405, Some("method_not_allowed")));
    assert_eq!(problem["detail"], format!("use {allow}"));
}

#[tokio::test]
async fn the_cause_of_a_500_or_503_stays_inside() {
    let server = TestServer::start().await;
    let response = server.get("/broken").await;
    let text = response.text().await.unwrap();
    assert!(!text.contains("secret"), "{text}");
    let (status, internal) = problem(server.get("/broken").await).await;
    assert_eq!((status, internal["code"].as_str()), (500, Some("internal")));
    assert_eq!(internal.get("detail"), None);
    let response = server.get("/away").await;
    assert_eq!(response.headers()["retry-after"], "1");
    let (status, away) = problem(response).await;
    assert_eq!((status, away["detail"].as_str()), (503, Some("the database cannot be reached")));
}

#[tokio::test]
async fn a_path_parameter_that_is_none_names_nothing() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/items/7").await.text().await.unwrap(), "7");
    let (status, problem) = problem(server.get("/items/seven").await).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn a_bad_query_is_a_400_that_names_the_parameter() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/page?limit=5").await.text().await.unwrap(), "5");
    for query in ["", "?limit=x", "?limit=5&more=1", "?limit=-1"] {
        let (status, problem) = problem(server.get(&format!("/page{query}")).await).await;
        assert_eq!((status, problem["code"].as_str()), (400, Some("invalid_query")), "{problem}");
    }
    let (_, problem) = problem(server.get("/page?limit=101").await).await;
    assert_eq!(problem["errors"], json!([{"pointer": "limit", "message": "must be between 1 and 100"}]));
}

#[tokio::test]
async fn every_answer_has_safe_headers_and_a_page_keeps_its_own() {
    let server = TestServer::start().await;
    for path in ["/items/7", "/nowhere", "/broken"] {
        let headers = server.get(path).await.headers().clone();
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(headers["cache-control"], "no-store");
    }
    let page = server.get("/html-404").await;
    assert_eq!(page.headers()["content-security-policy"], "default-src 'self'");
    assert_eq!(page.text().await.unwrap(), "<p>no</p>");
}

#[tokio::test]
async fn a_request_belongs_to_the_callers_trace_or_to_a_new_one() {
    let server = TestServer::start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let ask = |traceparent: String| {
        let request = server.client.get(format!("{}/trace", server.url)).header("traceparent", traceparent);
        async { request.send().await.unwrap().text().await.unwrap() }
    };
    let own = ask(format!("00-{trace}-00f067aa0ba902b7-01")).await;
    assert!(own.starts_with(&format!("00-{trace}-")), "{own}");
    assert!(!own.contains("00f067aa0ba902b7"), "the handling is a span of its own: {own}");
    for broken in ["", "00-zz-00f067aa0ba902b7-01", &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))] {
        let new = ask(broken.to_owned()).await;
        assert_eq!(new.len(), 55, "{new}");
        assert!(!new.contains(trace) && !new.contains(&"0".repeat(32)), "{new}");
    }
}
