//! Trying out whether notifications arrive.

use deskbell_domain::EventId;
use deskbell_domain::delivery::ProviderStatus;
use deskbell_events::v1::Event;
use serde_json::{Value, json};

use crate::access::add_recipient;
use crate::app::{Database, TestApp};
use crate::notifier;

const PATH: &str = "/api/v1/notifications/test";

fn path_of(test: &Value) -> String {
    format!("{PATH}/{}", test["event_id"].as_str().unwrap())
}

async fn its_way_can_be_followed(mut app: TestApp) {
    add_recipient(&app).await;
    let test = {
        let admin = app.admin().await;
        let test = admin.post(PATH, json!({})).await.ok(202);
        let path = path_of(&test);
        let waiting = admin.get(&path).await.ok(200);
        assert_eq!((&waiting["done"], &waiting["deliveries"]), (&json!(false), &json!([])));

        let event: EventId = test["event_id"].as_str().unwrap().parse().unwrap();
        let texted = notifier::tell_of_test(&app, event).await.remove(0);
        let step = async || admin.get(&path).await.ok(200)["deliveries"][0]["step"].clone();
        assert_eq!(step().await, "sending");
        notifier::accepted(&app, &texted).await;
        assert_eq!(step().await, "sent");
        notifier::reported(&app, &texted, ProviderStatus::Undelivered, Some(30034)).await;
        let failed = admin.get(&path).await.ok(200);
        let delivery = &failed["deliveries"][0];
        assert_eq!(
            (&failed["done"], &delivery["step"], &delivery["code"]),
            (&json!(true), &json!("failed"), &json!(30034))
        );
        assert!(delivery["explanation"]["title"].as_str().unwrap().contains("10DLC"), "{delivery}");
        assert!(delivery["explanation"]["mend"].as_str().unwrap().contains("Register"), "{delivery}");
        assert_eq!(
            (&delivery["attempts"][0]["segments"], &delivery["recipient"]["phone"]),
            (&json!(1), &json!("+14155552671"))
        );
        test
    };
    let events = app.published_in_the_end().await;
    let [Some(Event::TestNotification(event))] =
        &events.iter().map(|one| one.event.clone()).collect::<Vec<_>>()[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(test["event_id"], event.test_id.as_str());
    assert_eq!(event.recipient_id, "");
}

async fn only_recipients_and_tests_that_exist_are_known(app: TestApp) {
    let admin = app.admin().await;
    let nobody = "01919191-9191-7191-9191-919191919191";
    admin.post(PATH, json!({ "recipient_id": nobody })).await.assert_field("/recipient_id");
    admin.get(&format!("{PATH}/{nobody}")).await.assert_problem(404, "not_found");
    let chat = app.chat("Maria", "Hello").await;
    add_recipient(&app).await;
    notifier::tell_of_chat(&app, chat.id).await;
    let about_a_chat = admin.get("/api/v1/notifications/deliveries").await.ok(200);
    let event = about_a_chat["deliveries"][0]["event_id"].as_str().unwrap().to_owned();
    admin.get(&format!("{PATH}/{event}")).await.assert_problem(404, "not_found");
}

on_each_database! { its_way_can_be_followed, only_recipients_and_tests_that_exist_are_known }

#[tokio::test]
async fn there_are_only_a_few_an_hour() {
    let app =
        TestApp::with(Database::sqlite(), &[("DESKBELL__ADMIN__TEST_NOTIFICATIONS_PER_HOUR", "2")]).await;
    let admin = app.admin().await;
    for _ in 0..2 {
        admin.post(PATH, json!({})).await.ok(202);
    }
    let refused = admin.post(PATH, json!({})).await;
    refused.assert_problem(429, "too_many_requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 60);
}
