//! The page that shows the phones.

use deskbell_twilio_sim::NewInbound;

use crate::setup::{FROM, TO, create, form, http, start};

async fn get(url: String) -> reqwest::Response {
    http().get(url).send().await.unwrap()
}

#[tokio::test]
async fn the_page_shows_each_phones_messages_with_links_and_nothing_executable() {
    let sim = start().await;
    assert!(get(sim.url.clone()).await.text().await.unwrap().contains("No SMS yet"));
    create(&sim, &form(&[("Body", "<script>alert(1)</script> see https://a.example/r/x.")])).await;
    create(&sim, &form(&[("To", "+15558675399"), ("Body", "second")])).await;
    sim.receive(NewInbound { from: TO.to_owned(), body: "a & b".to_owned(), ..NewInbound::default() })
        .await
        .unwrap();

    let page = get(sim.url.clone()).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'")
            && !policy.contains("unsafe")
    );
    let html = page.text().await.unwrap();
    assert_eq!(html.matches("<section").count(), 2);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; see <a href=\"https://a.example/r/x\""));
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("style=") && !html.contains(" onclick"));
    assert!(html.contains("class=\"mine\"><p>a &amp; b</p>"));
    assert!(
        html.find(TO).unwrap() < html.find("+15558675399").unwrap(),
        "the phone with the newest message is first"
    );
    assert!(html.contains(FROM));
}

#[tokio::test]
async fn the_parts_of_the_page_are_served() {
    let sim = start().await;
    for (path, content_type) in [
        ("/phones", "text/html; charset=utf-8"),
        ("/sim.js", "text/javascript; charset=utf-8"),
        ("/sim.css", "text/css; charset=utf-8"),
        ("/healthz", "text/plain"),
    ] {
        let answer = get(format!("{}{path}", sim.url)).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (200, content_type)
        );
    }
    assert_eq!(get(format!("{}/favicon.ico", sim.url)).await.status(), 404);
}
