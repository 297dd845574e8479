//! What the owner decides in the panel, and sees there.

use deskbell_e2e::{Deployment, OWNER, Opening, SOON, Service, Setup, eventually, stories};
use serde_json::{Value, json};

stories! {
    a_type_that_is_switched_off_rings_nobody_and_the_log_says_why,
    a_recipient_who_does_not_want_a_type_is_not_told_of_it,
    a_test_notification_can_be_followed_to_the_phone,
    the_daily_cap_holds_and_leaves_a_reserve_for_what_is_urgent,
    without_an_account_the_sms_stands_in_the_log with without_an_account(),
}

async fn a_type_that_is_switched_off_rings_nobody_and_the_log_says_why(deskbell: &mut Deployment) {
    let admin = deskbell.admin().await;
    admin.change_settings(|settings| settings["types"] = json!(["urgent_chat"])).await;
    let silent = deskbell.website.begin(Opening::saying("Hello")).await;
    let suppressed = admin.delivery_in(&silent, "suppressed").await;
    assert_eq!(suppressed["reason"], "type_off");
    assert!(suppressed["explanation"]["mend"].is_string(), "{suppressed:#}");

    admin.change_settings(|settings| settings["enabled"] = json!(false)).await;
    let silent = deskbell.website.begin(Opening::saying("It is an emergency")).await;
    assert_eq!(admin.delivery_in(&silent, "suppressed").await["reason"], "switched_off");

    assert_eq!(deskbell.phone(OWNER).len(), 0);
}

async fn a_recipient_who_does_not_want_a_type_is_not_told_of_it(deskbell: &mut Deployment) {
    let admin = deskbell.admin().await;
    let recipient = admin.recipients().await.remove(0);
    let path = format!("/api/v1/notifications/recipients/{}", recipient["id"].as_str().unwrap_or_default());
    let change = json!({ "types": ["urgent_chat"] });
    admin.send(reqwest::Method::PATCH, &path, Some(&change)).await.succeeded();

    let silent = deskbell.website.begin(Opening::saying("Hello")).await;
    assert_eq!(admin.delivery_in(&silent, "suppressed").await["reason"], "type_off");
    let loud = deskbell.website.begin(Opening::saying("Hello").urgent()).await;
    admin.delivery_in(&loud, "delivered").await;

    assert_eq!(deskbell.phone(OWNER).len(), 1);
}

async fn a_test_notification_can_be_followed_to_the_phone(deskbell: &mut Deployment) {
    const ORDER: [&str; 4] = ["queued", "sending", "sent", "delivered"];
    deskbell.twilio.behave(|behaviour| behaviour.step_ms = 300);
    let admin = deskbell.admin().await;
    let started = admin.post("/api/v1/notifications/test", &json!({})).await;
    let path = format!("/api/v1/notifications/test/{}", started["event_id"].as_str().unwrap_or_default());

    let mut steps: Vec<String> = Vec::new();
    let last = eventually("the test is done", SOON, async || {
        let test = admin.get(&path).await;
        let step = test["deliveries"][0]["step"].as_str().map(str::to_owned);
        steps.extend(step.filter(|step| steps.last() != Some(step)));
        (test["done"] == true).then_some(test)
    })
    .await;

    let places: Vec<_> = steps.iter().map(|step| ORDER.iter().position(|known| known == step)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{steps:?}");
    assert!(steps.ends_with(&["sent".to_owned(), "delivered".to_owned()]), "{steps:?}");
    let attempt = &last["deliveries"][0]["attempts"][0];
    assert_eq!(attempt["segments"], 1, "{last:#}");
    let text = deskbell.first_text(OWNER).await;
    assert!(text.body.contains("Test notification"), "{}", text.body);
}

async fn the_daily_cap_holds_and_leaves_a_reserve_for_what_is_urgent(deskbell: &mut Deployment) {
    let admin = deskbell.admin().await;
    admin.change_settings(|settings| settings["daily_cap_segments"] = json!(2)).await;

    let first = deskbell.website.begin(Opening::saying("One")).await;
    admin.delivery_in(&first, "delivered").await;
    let second = deskbell.website.begin(Opening::saying("Two")).await;
    assert_eq!(admin.delivery_in(&second, "suppressed").await["reason"], "daily_cap");
    let urgent = deskbell.website.begin(Opening::saying("Three").urgent()).await;
    admin.delivery_in(&urgent, "delivered").await;
    let too_much = deskbell.website.begin(Opening::saying("Four").urgent()).await;
    assert_eq!(admin.delivery_in(&too_much, "suppressed").await["reason"], "daily_cap");

    assert_eq!(deskbell.twilio.counts().accepted, 2);
}

fn without_an_account() -> Setup {
    Setup::ordinary()
        .without("TWILIO_ACCOUNT_SID")
        .without("TWILIO_AUTH_TOKEN")
        .without("TWILIO_PHONE_NUMBER")
}

async fn without_an_account_the_sms_stands_in_the_log(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("My sink is leaking").by("Maria")).await;
    let admin = deskbell.admin().await;

    let delivery = admin.delivery_in(&chat, "simulated").await;

    let text = delivery["attempts"][0]["text"].as_str().map(str::to_owned).unwrap_or_default();
    assert!(text.contains("Maria") && text.contains("/r/"), "{delivery:#}");
    assert_eq!(delivery["channel"], "dry_run");
    assert_eq!(delivery["recipient"]["phone"], Value::from(OWNER));
    assert_eq!(deskbell.twilio.counts().requests, 0);
    let log = deskbell.process(Service::SmsNotifier).log();
    assert!(log.contains(&text), "the log shows the text:\n{log}");
    assert!(!log.contains(OWNER), "the log shows no number in full");
}
