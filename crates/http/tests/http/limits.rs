//! Rate limits.

use std::time::Duration;

use deskbell_http::RateLimiter;
use governor::Quota;
use governor::clock::FakeRelativeClock;

use crate::server::{TestServer, problem};

#[tokio::test]
async fn the_one_too_many_is_a_429_that_says_when_to_come_again() {
    let server = TestServer::start().await;
    for _ in 0..2 {
        assert_eq!(server.get("/limited").await.status(), 204);
    }
    let response = server.get("/limited").await;
    assert_eq!(response.headers()["retry-after"], "30");
    let (status, problem) = problem(response).await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("too_many_requests")));
    assert_eq!(problem["detail"], "try again in 30 s");
}

#[test]
fn a_share_comes_back_with_time_and_is_each_keys_own() {
    let clock = FakeRelativeClock::default();
    let limiter = RateLimiter::<&str, _>::with_clock(3, Quota::per_minute, clock.clone());
    for _ in 0..3 {
        limiter.check(&"a").unwrap();
    }
    assert_eq!(limiter.check(&"a").unwrap_err().code(), "too_many_requests");
    limiter.check(&"b").unwrap();
    clock.advance(Duration::from_secs(20));
    limiter.check(&"a").unwrap();
    limiter.check(&"a").unwrap_err();
    clock.advance(Duration::from_secs(3600));
    for _ in 0..3 {
        limiter.check(&"a").unwrap();
    }
    limiter.check(&"a").unwrap_err();
}

#[test]
fn zero_sets_no_limit() {
    let limiter = RateLimiter::<u32>::per_hour(0);
    assert!((0..100_000).all(|_| limiter.check(&1).is_ok()));
}

#[test]
fn a_million_keys_need_no_more_memory_than_one_and_few_are_held_back_by_others() {
    let clock = FakeRelativeClock::default();
    let limiter = RateLimiter::<u32, _>::with_clock(10, Quota::per_minute, clock);
    let refused = (0..10_000).filter(|key| limiter.check(key).is_err()).count();
    assert_eq!(refused, 0, "ten thousand clients with one request each are all let in");
}
