//! The pages: strangers' text stays text, and browsers are told to load nothing.

use deskbell_domain::token::VisitorToken;
use deskbell_store::Visitor;
use uuid::Uuid;

use crate::access::add_recipient;
use crate::app::TestApp;
use crate::{link, notifier};

const CORPUS: [&str; 14] = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "<!--<script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\">",
    "<form action=\"https://evil.example\"><button>",
    "{{7*7}} ${7*7} <% 7*7 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
];

/// The elements and attributes that our own templates write, nothing else.
fn assert_only_our_markup(page: &str, payload: &str) {
    const OURS: [&str; 27] = [
        "!DOCTYPE", "html", "head", "meta", "title", "link", "body", "main", "h1", "h2", "p", "a", "dl",
        "dt", "dd", "ol", "li", "span", "time", "form", "input", "label", "textarea", "div", "button", "br",
        "em",
    ];
    for tag in page.split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| c.is_alphanumeric() || *c == '!').collect();
        assert!(OURS.contains(&name.as_str()), "{payload}: <{tag}");
        let attributes = tag.split('>').next().unwrap().to_lowercase();
        for handler in
            ["onerror", "onload", "onfocus", "onmouseover", "javascript:", "http-equiv", "evil.example"]
        {
            // Inside a quoted value it is text.
            let outside: String = attributes.split('"').step_by(2).collect();
            assert!(!outside.contains(handler), "{payload}: <{tag}");
        }
        assert!(!attributes.contains("href=\"javascript:"), "{payload}: <{tag}");
    }
}

async fn what_strangers_write_is_only_ever_text(app: TestApp) {
    add_recipient(&app).await;
    for payload in CORPUS {
        let visitor = Visitor {
            name: Some(payload.to_owned()),
            email: Some(payload.to_owned()),
            phone: Some(payload.to_owned()),
            page_url: Some(payload.to_owned()),
            locale: None,
        };
        let chat = app.chat_by(visitor, payload, VisitorToken::generate(&mut rand::rng())).await;
        let texted = notifier::tell_of_chat(&app, chat.id).await.remove(0);
        let client = link::opened(&app, &texted).await;
        let page = client.get("/r/chat").await;
        assert_eq!(page.status, 200, "{payload}");
        assert_only_our_markup(&page.text, payload);

        let id = chat.id.to_string();
        let long = payload.repeat(400);
        let key = Uuid::new_v4().to_string();
        let fields = [("conversation_id", id.as_str()), ("client_message_id", &key), ("body", &long)];
        let refused = client.submit("/r/chat/reply", &fields).await;
        assert_eq!(refused.status, 422, "{payload}");
        assert_only_our_markup(&refused.text, payload);
    }
}

async fn pages_load_nothing_and_are_not_kept(app: TestApp) {
    add_recipient(&app).await;
    let chat = app.chat("Maria", "Hello").await;
    let texted = notifier::tell_of_chat(&app, chat.id).await.remove(0);
    let invitation = app.anonymous().get(&texted.path()).await;
    let client = link::opened(&app, &texted).await;
    for page in [invitation, client.get("/r/chat").await, client.get("/").await, client.get("/r/x").await] {
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(
            page.text.contains("<html lang=\"en\">") && page.text.contains("width=device-width"),
            "{page:?}"
        );
    }
    let style = app.anonymous().get("/assets/page.css").await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
}

on_each_database! { what_strangers_write_is_only_ever_text, pages_load_nothing_and_are_not_kept }

#[tokio::test]
async fn times_are_shown_as_on_the_companys_clock() {
    let app = TestApp::on_sqlite().await;
    add_recipient(&app).await;
    let admin = app.admin().await;
    let chat = app.chat("Maria", "Hello").await;
    let texted = notifier::tell_of_chat(&app, chat.id).await.remove(0);
    let client = link::opened(&app, &texted).await;
    assert!(client.get("/r/chat").await.text.contains("28 May, 20:26 UTC"));
    let mut settings = admin.get("/api/v1/notifications/settings").await.ok(200);
    settings["opening_hours"] = serde_json::json!({
        "time_zone": "Europe/Berlin", "weekly": { "monday": [{ "from": "08:00", "to": "18:00" }] }
    });
    admin.put("/api/v1/notifications/settings", settings).await.ok(200);
    assert!(client.get("/r/chat").await.text.contains("28 May, 22:26 CEST"));
}
