//! What browsers load, and what a window is told before there is a chat.

use std::time::Duration;

use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{Clock as _, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Database, TestApp, message};

async fn asked(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    app.call(Method::GET, path, headers, Vec::new()).await
}

#[tokio::test]
async fn any_website_may_load_the_loader_and_soon_asks_again() {
    let app = TestApp::on_sqlite().await;
    let loader = asked(&app, "/widget.js", &[]).await;
    assert_eq!(loader.status, 200);
    assert_eq!(loader.headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(loader.headers["cache-control"], "public, max-age=300");
    assert_eq!(loader.headers["access-control-allow-origin"], "*");
    assert_eq!(loader.headers["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(loader.headers["x-content-type-options"], "nosniff");
    assert_eq!(loader.headers["vary"], "accept-encoding");
    assert!(!loader.headers.contains_key("content-encoding"));

    let tag = loader.headers["etag"].to_str().unwrap().to_owned();
    let again = asked(&app, "/widget.js", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.headers["etag"], tag.as_str());
    assert_eq!(asked(&app, "/widget.js", &[("if-none-match", "\"other\"")]).await.status, 200);
    let head = app.call(Method::HEAD, "/widget.js", &[], Vec::new()).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    asked(&app, "/widget/no-such-file.js", &[]).await.assert_problem(404, "not_found");
    asked(&app, "/widget/..%2fwidget.js", &[]).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn each_coding_is_a_file_of_its_own() {
    let app = TestApp::on_sqlite().await;
    let plain = asked(&app, "/widget.js", &[("accept-encoding", "identity")]).await;
    for accepted in ["br;q=0, gzip;q=0", "zstd"] {
        let answer = asked(&app, "/widget.js", &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.headers["etag"], plain.headers["etag"], "{accepted}");
    }
    for (accepted, coding) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let answer = asked(&app, "/widget.js", &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.status, 200);
        // A program that was built without the web has nothing compressed.
        if let Some(given) = answer.headers.get("content-encoding") {
            assert_eq!(given, coding);
            assert_ne!(answer.headers["etag"], plain.headers["etag"]);
        }
    }
}

#[tokio::test]
async fn the_demo_page_is_shown_here_and_hidden_in_production() {
    let app = TestApp::on_sqlite().await;
    let page = asked(&app, "/demo", &[]).await;
    assert_eq!((page.status, page.text.contains("/widget.js")), (200, true));
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert_eq!(asked(&app, "/demo/demo.css", &[]).await.headers["content-type"], "text/css; charset=utf-8");

    for (url, demo, status) in [
        ("https://chat.example.com", "auto", 404),
        ("https://chat.example.com", "true", 200),
        ("http://localhost:8080", "false", 404),
        ("http://[::1]:8080", "auto", 200),
    ] {
        let settings = [("PUBLIC_CHAT_URL", url), ("DESKBELL__CHAT_API__DEMO", demo)];
        let app = TestApp::with(Database::sqlite(), &settings).await;
        assert_eq!(asked(&app, "/demo", &[]).await.status, status, "{url} {demo}");
    }
}

async fn a_window_is_told_about_the_company(app: TestApp) {
    let told = app.get("/api/v1/widget").await;
    assert_eq!((told.status, &told.headers["cache-control"]), (200, &"max-age=15".parse().unwrap()));
    assert_eq!(
        told.json(),
        json!({
            "business_name": "Deskbell",
            "open": true,
            "open_again_at": null,
            "answers_within_s": null,
            "urgent_allowed": true,
        })
    );
    for wait in [30, 600, 60] {
        let chat = app.started(&message("Hello")).await;
        app.clock.advance(Duration::from_secs(wait));
        app.reply(&chat, "Hi").await;
    }
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(app.get("/api/v1/widget").await.json()["answers_within_s"], 60);
}

async fn outside_its_hours_the_company_is_away_until_it_opens(app: TestApp) {
    let chat = app.started(&message("Hello")).await;
    let mut window = app.open(&chat, 1).await;
    let mut settings = serde_json::to_value(NotificationSettings::default()).unwrap();
    settings["opening_hours"] = json!({
        "time_zone": "UTC",
        "weekly": { "friday": [{ "from": "09:00", "to": "17:00" }] },
        "holidays": [],
    });
    settings["visitor_may_mark_urgent"] = json!(false);
    let settings = serde_json::from_value(settings).unwrap();
    app.store.save_settings(&settings, 0, app.clock.now()).await.unwrap().unwrap();
    deskbell_live::hint::tell_settings(&app.bus);
    let away = json!({
        "type": "status", "open": false, "open_again_at": "2026-05-29T09:00:00Z", "agent": null, "closed": false,
    });
    assert_eq!(window.frame_of("status").await, away);
    let told: Value = app.get("/api/v1/widget").await.json();
    assert_eq!((&told["open"], &told["open_again_at"]), (&away["open"], &away["open_again_at"]));
    assert_eq!(told["urgent_allowed"], false);

    let opens: Timestamp = "2026-05-29T09:00:00Z".parse().unwrap();
    app.clock.set(opens);
    assert_eq!(window.frame_of("status").await["open"], true);
}

on_each_database!(a_window_is_told_about_the_company, outside_its_hours_the_company_is_away_until_it_opens,);
