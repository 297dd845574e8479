//! Logging in and out, cookies, throttles, and requests of other websites.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{ADMIN_EMAIL, ADMIN_PASSWORD, Database, TestApp};
use crate::client::Answer;

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anonymous().post("/api/v1/session", credentials(email, password)).await
}

async fn whoever_logs_in_is_known_until_they_log_out(app: TestApp) {
    let mut client = app.anonymous();
    client.get("/api/v1/me").await.assert_problem(401, "unauthorized");
    let answer = client.post("/api/v1/session", credentials(" Owner@Example.com ", ADMIN_PASSWORD)).await;
    answer.ok(204);
    client.keep_cookies(&answer);
    let me = client.get("/api/v1/me").await.ok(200);
    assert_eq!((me["email"].as_str(), me["role"].as_str()), (Some(ADMIN_EMAIL), Some("ADMIN")));

    let copied = client.clone();
    let out = client.delete("/api/v1/session").await;
    out.ok(204);
    assert!(out.cookies()[0].starts_with("deskbell=;") && out.cookies()[0].contains("Max-Age=0"), "{out:?}");
    copied.get("/api/v1/me").await.assert_problem(401, "unauthorized");
}

async fn unknown_address_and_wrong_password_get_the_same_answer(app: TestApp) {
    let wrong = log_in(&app, ADMIN_EMAIL, "wrong password").await;
    let unknown = log_in(&app, "nobody@example.com", "wrong password").await;
    wrong.assert_problem(401, "wrong_credentials");
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert!(wrong.cookies().is_empty() && unknown.cookies().is_empty());
}

async fn each_login_has_a_new_token_and_ends_the_session_before(app: TestApp) {
    let planted = "A".repeat(43);
    let client = app.anonymous().with_cookie("deskbell", &planted);
    let first = client.post("/api/v1/session", credentials(ADMIN_EMAIL, ADMIN_PASSWORD)).await;
    first.ok(204);
    let mut one = app.anonymous();
    one.keep_cookies(&first);
    assert_ne!(one.cookies["deskbell"], planted);

    let second = one.post("/api/v1/session", credentials(ADMIN_EMAIL, ADMIN_PASSWORD)).await;
    second.ok(204);
    one.get("/api/v1/me").await.assert_problem(401, "unauthorized");
    one.keep_cookies(&second);
    one.get("/api/v1/me").await.ok(200);
}

async fn a_session_lives_while_it_is_used_and_dies_of_disuse(app: TestApp) {
    let mut client = app.anonymous();
    let answer = log_in(&app, ADMIN_EMAIL, ADMIN_PASSWORD).await;
    client.keep_cookies(&answer);
    let week = Duration::from_secs(7 * 86_400);
    for _ in 0..5 {
        app.clock.advance(week);
        client.get("/api/v1/me").await.ok(200);
    }
    app.clock.advance(week * 2 + Duration::from_secs(1));
    client.get("/api/v1/me").await.assert_problem(401, "unauthorized");
}

async fn a_new_password_ends_all_sessions(app: TestApp) {
    let (client, other) = (app.admin().await, app.admin().await);
    let path = "/api/v1/me/password";
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    client.put(path, change("wrong password", "another password")).await.assert_field("/current");
    client.put(path, change(ADMIN_PASSWORD, "short")).await.assert_field("/new");
    client.put(path, change(ADMIN_PASSWORD, "another password")).await.ok(204);
    client.get("/api/v1/me").await.assert_problem(401, "unauthorized");
    other.get("/api/v1/me").await.assert_problem(401, "unauthorized");
    log_in(&app, ADMIN_EMAIL, ADMIN_PASSWORD).await.assert_problem(401, "wrong_credentials");
    log_in(&app, ADMIN_EMAIL, "another password").await.ok(204);
}

on_each_database! {
    whoever_logs_in_is_known_until_they_log_out,
    unknown_address_and_wrong_password_get_the_same_answer,
    each_login_has_a_new_token_and_ends_the_session_before,
    a_session_lives_while_it_is_used_and_dies_of_disuse,
    a_new_password_ends_all_sessions,
}

#[tokio::test]
async fn unknown_addresses_cost_as_much_time_as_known_ones() {
    let app = TestApp::on_sqlite().await;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..7 {
        for (email, times) in [ADMIN_EMAIL, "nobody@example.com"].into_iter().zip(&mut times) {
            let started = std::time::Instant::now();
            log_in(&app, email, "wrong password").await;
            times.push(started.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    assert!(unknown * 4 > known && known * 4 > unknown, "known {known:?}, unknown {unknown:?}");
}

#[tokio::test]
async fn over_http_the_cookie_is_plain_and_over_https_it_is_bound_to_the_host() {
    let plain = TestApp::on_sqlite().await;
    let cookie = log_in(&plain, ADMIN_EMAIL, ADMIN_PASSWORD).await.cookies().remove(0);
    assert!(cookie.starts_with("deskbell="), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");

    let tls = TestApp::with(Database::sqlite(), &[("PUBLIC_ADMIN_URL", "https://panel.example")]).await;
    let answer = log_in(&tls, ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let cookie = answer.cookies().remove(0);
    assert!(cookie.starts_with("__Host-deskbell="), "{cookie}");
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/;"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let mut client = tls.anonymous();
    client.keep_cookies(&answer);
    client.get("/api/v1/me").await.ok(200);
    let unbound = tls.anonymous().with_cookie("deskbell", &client.cookies["__Host-deskbell"]);
    unbound.get("/api/v1/me").await.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn one_address_may_try_only_so_often() {
    let app = TestApp::with(Database::sqlite(), &[("DESKBELL__ADMIN__LOGINS_PER_IP_PER_MINUTE", "3")]).await;
    for _ in 0..3 {
        log_in(&app, ADMIN_EMAIL, "wrong password").await.assert_problem(401, "wrong_credentials");
    }
    let refused = log_in(&app, ADMIN_EMAIL, ADMIN_PASSWORD).await;
    refused.assert_problem(429, "too_many_requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn one_account_is_tried_only_so_often_wherever_from() {
    let app = TestApp::with(
        Database::sqlite(),
        &[
            ("DESKBELL__HTTP__TRUSTED_PROXIES", "127.0.0.1"),
            ("DESKBELL__ADMIN__LOGINS_PER_IP_PER_MINUTE", "3"),
        ],
    )
    .await;
    let mut refused = None;
    for attempt in 0..70 {
        let client = app.anonymous().with_header("x-forwarded-for", &format!("192.0.2.{attempt}"));
        let email = if attempt % 2 == 0 { "victim@example.com" } else { " VICTIM@example.com" };
        let answer = client.post("/api/v1/session", credentials(email, "wrong password")).await;
        if answer.status == 429 {
            refused = Some(attempt);
            break;
        }
    }
    assert!(refused.is_some_and(|attempt| attempt >= 60), "{refused:?}");
    let client = app.anonymous().with_header("x-forwarded-for", "192.0.2.200");
    client.post("/api/v1/session", credentials(ADMIN_EMAIL, ADMIN_PASSWORD)).await.ok(204);
}

#[tokio::test]
async fn changes_are_taken_from_our_own_pages_only() {
    let app = TestApp::on_sqlite().await;
    let sent_with = async |headers: &[(&str, &str)]| {
        let admin = app.admin().await;
        let client = headers.iter().fold(admin, |client, (name, value)| client.with_header(name, value));
        client.post("/api/v1/users", json!({})).await
    };
    for ours in [
        &[][..],
        &[("origin", "http://panel.example")],
        &[("origin", "http://panel.example"), ("sec-fetch-site", "same-origin")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", "http://127.0.0.1:8081"), ("sec-fetch-site", "same-origin")],
    ] {
        sent_with(ours).await.assert_problem(422, "invalid_body");
    }
    for foreign in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "https://panel.example")],
        &[("origin", "http://panel.example:81")],
        &[("origin", "http://panel.example.evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://panel.example")],
    ] {
        sent_with(foreign).await.assert_problem(403, "cross_site");
    }
    let reading = app.admin().await.with_header("origin", "https://evil.example");
    let read = reading.get("/api/v1/me").await;
    read.ok(200);
    assert_eq!(read.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn one_address_may_ask_only_so_often() {
    let app =
        TestApp::with(Database::sqlite(), &[("DESKBELL__ADMIN_API__REQUESTS_PER_IP_PER_MINUTE", "5")]).await;
    for _ in 0..5 {
        app.anonymous().get("/").await;
    }
    let page = app.anonymous().get("/").await;
    assert_eq!((page.status, page.header("content-type")), (429, "text/html; charset=utf-8"));
    assert!(!page.header("retry-after").is_empty());
    app.anonymous().get("/api/v1/me").await.assert_problem(429, "too_many_requests");
}
