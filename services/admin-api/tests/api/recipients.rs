//! Recipients.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::{link, notifier};

const PATH: &str = "/api/v1/notifications/recipients";

fn recipient(name: &str, phone: &str) -> Value {
    json!({ "name": name, "phone": phone, "role": "manager" })
}

async fn added(client: &Client<'_>, request: Value) -> Value {
    client.post(PATH, request).await.ok(201)
}

fn path_of(recipient: &Value) -> String {
    format!("{PATH}/{}", recipient["id"].as_str().unwrap())
}

async fn numbers_are_read_as_people_write_them(app: TestApp) {
    let admin = app.admin().await;
    let one = added(&admin, recipient("Mo", "(415) 555-2671")).await;
    assert_eq!((&one["phone"], &one["verified"]), (&json!("+14155552671"), &json!(false)));
    assert_eq!(one["types"], Value::Null);
    let taken = admin.post(PATH, recipient("Mo again", "+1 415 555 2671")).await;
    taken.assert_problem(409, "number_taken");
    let other = added(&admin, json!({ "name": "Ann", "phone": "+44 20 7183 8750", "role": "owner", "verified": true, "types": ["urgent_chat"] })).await;
    assert_eq!((&other["verified"], &other["types"]), (&json!(true), &json!(["urgent_chat"])));
    let listed = admin.get(PATH).await.ok(200);
    assert_eq!(listed["recipients"], json!([other, one]), "the owner comes first");
}

async fn numbers_that_cannot_be_texted_say_why(app: TestApp) {
    let admin = app.admin().await;
    for (phone, why) in [
        ("+1234567890", "not a valid phone number"),
        ("call me", "digits only"),
        ("+1 900 555 2671", "premium"),
        ("1".repeat(40).as_str(), "too long"),
        ("", "enter a phone number"),
        ("+14155552671 ext. 5", "extension"),
        ("+1415555267\u{0}", "digits only"),
    ] {
        let message = admin.post(PATH, recipient("Mo", phone)).await.assert_field("/phone");
        assert!(message.to_lowercase().contains(why), "{phone:?}: {message}");
    }
    for name in ["", " ", "a\nb", &"x".repeat(61)] {
        admin.post(PATH, recipient(name, "+14155552671")).await.assert_field("/name");
    }
    admin
        .post(PATH, json!({ "name": "Mo", "phone": "+14155552671", "role": "boss" }))
        .await
        .assert_field("/role");
}

async fn a_change_touches_what_is_given_and_a_new_number_is_unverified(app: TestApp) {
    let admin = app.admin().await;
    let one =
        added(&admin, json!({ "name": "Mo", "phone": "+14155552671", "role": "owner", "verified": true }))
            .await;
    let path = path_of(&one);
    let renamed = admin.patch(&path, json!({ "name": "Moe", "types": ["new_chat"] })).await.ok(200);
    assert_eq!(
        (&renamed["name"], &renamed["types"], &renamed["verified"]),
        (&json!("Moe"), &json!(["new_chat"]), &json!(true))
    );
    let all = admin.patch(&path, json!({ "types": null })).await.ok(200);
    assert_eq!((&all["types"], &all["name"]), (&Value::Null, &json!("Moe")));
    let moved = admin.patch(&path, json!({ "phone": "+14155552672" })).await.ok(200);
    assert_eq!((&moved["verified"], &moved["verified_at"]), (&json!(false), &Value::Null));
    let confirmed = admin.patch(&path, json!({ "verified": true })).await.ok(200);
    assert_eq!(confirmed["verified"], true);

    let other = added(&admin, recipient("Ann", "+14155552673")).await;
    admin
        .patch(&path_of(&other), json!({ "phone": "+14155552672" }))
        .await
        .assert_problem(409, "number_taken");
    admin.patch(&path, json!({ "disabled_reason": "because" })).await.assert_field("/disabled_reason");
    admin.patch(&path, json!({ "phone": "+1234567890" })).await.assert_field("/phone");
    let nobody = format!("{PATH}/01919191-9191-7191-9191-919191919191");
    admin.patch(&nobody, json!({})).await.assert_problem(404, "recipient_not_found");
    admin.patch(&format!("{PATH}/x"), json!({})).await.assert_problem(404, "not_found");
}

async fn a_recipient_that_was_switched_off_can_be_switched_on(app: TestApp) {
    let admin = app.admin().await;
    let one = added(&admin, recipient("Mo", "+14155552671")).await;
    let mut stored = app.store.recipients().await.unwrap().remove(0);
    stored.disabled_reason = Some("opted_out".to_owned());
    app.store.update_recipient(&stored).await.unwrap();
    assert_eq!(admin.get(PATH).await.ok(200)["recipients"][0]["disabled_reason"], "opted_out");
    let on = admin.patch(&path_of(&one), json!({ "disabled_reason": null })).await.ok(200);
    assert_eq!(on["disabled_reason"], Value::Null);
}

async fn a_removed_recipient_and_a_new_number_lose_their_links(app: TestApp) {
    let admin = app.admin().await;
    let one = added(&admin, recipient("Mo", "+14155552671")).await;
    let chat = app.chat("Maria", "Hello").await;
    let texted = notifier::tell_of_chat(&app, chat.id).await;
    let opened = link::opened(&app, &texted[0]).await;
    assert_eq!(opened.get("/r/chat").await.status, 200);
    admin.patch(&path_of(&one), json!({ "phone": "+14155552672" })).await.ok(200);
    assert_eq!(opened.get("/r/chat").await.status, 401, "the number changed");

    let texted = notifier::tell_of_chat(&app, chat.id).await;
    admin.delete(&path_of(&one)).await.ok(204);
    assert_eq!(app.anonymous().submit(&texted[0].path(), &[]).await.status, 410);
    admin.delete(&path_of(&one)).await.assert_problem(404, "recipient_not_found");
}

async fn the_log_of_changes_shows_no_whole_number(app: TestApp) {
    let admin = app.admin().await;
    let tick = || app.clock.advance(Duration::from_secs(1));
    tick();
    let one = added(&admin, recipient("Mo", "+14155552671")).await;
    tick();
    admin.patch(&path_of(&one), json!({ "phone": "+14155552672" })).await.ok(200);
    tick();
    admin.delete(&path_of(&one)).await.ok(204);
    let audit = admin.get("/api/v1/audit").await;
    let entries = audit.ok(200)["entries"].clone();
    let actions: Vec<_> =
        entries.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions[..3], ["recipient.delete", "recipient.update", "recipient.create"]);
    assert!(audit.text.contains("+1••••••••71") && !audit.text.contains("41555526"), "{audit:?}");
}

on_each_database! {
    numbers_are_read_as_people_write_them,
    numbers_that_cannot_be_texted_say_why,
    a_change_touches_what_is_given_and_a_new_number_is_unverified,
    a_recipient_that_was_switched_off_can_be_switched_on,
    a_removed_recipient_and_a_new_number_lose_their_links,
    the_log_of_changes_shows_no_whole_number,
}
