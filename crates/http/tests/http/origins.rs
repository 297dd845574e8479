//! Which websites may call.

use reqwest::Method;

use crate::server::{TestServer, problem};

#[tokio::test]
async fn a_listed_website_may_call_and_read() {
    let server = TestServer::start().await;
    let request =
        server.client.post(format!("{}/api/hello", server.url)).header("origin", "https://example.com");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://example.com");
    assert!(response.headers()["vary"].to_str().unwrap().to_lowercase().contains("origin"));
    assert!(!response.headers().contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn a_preflight_says_what_is_allowed() {
    let server = TestServer::start().await;
    let preflight = |origin: &'static str| {
        server
            .client
            .request(Method::OPTIONS, format!("{}/api/hello", server.url))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
    };
    let response = preflight("https://example.com").await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "https://example.com");
    assert_eq!(headers["access-control-max-age"], "3600");
    assert!(headers["access-control-allow-methods"].to_str().unwrap().contains("POST"));
    assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    let refused = preflight("https://evil.example").await.unwrap();
    assert_eq!(refused.status(), 403);
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn another_website_is_refused_before_anything_happens() {
    let server = TestServer::start().await;
    for origin in [
        "https://evil.example",
        "http://example.com",
        "https://example.com:444",
        "null",
        "https://example.com.evil",
    ] {
        let request = server.client.post(format!("{}/api/hello", server.url)).header("origin", origin);
        let (status, problem) = problem(request.send().await.unwrap()).await;
        assert_eq!((status, problem["code"].as_str()), (403, Some("origin_not_allowed")), "{origin}");
    }
}

#[tokio::test]
async fn pages_of_the_same_host_and_callers_without_origin_may_call() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/api/hello").await.status(), 200);
    let own = server.client.get(format!("{}/api/hello", server.url)).header("origin", &server.url);
    assert_eq!(own.send().await.unwrap().status(), 200);
}
