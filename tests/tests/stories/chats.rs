//! A customer writes, phones ring, somebody answers.

use deskbell_e2e::{BUSINESS, Deployment, MANAGER, OWNER, Opening, Setup, stories};
use deskbell_testkit::wait_until;
use serde_json::json;

stories! {
    a_customers_message_rings_the_owners_phone,
    thirty_messages_in_one_chat_are_one_sms,
    an_urgent_word_rings_once_more,
    an_owner_who_is_listed_as_manager_too_gets_one_sms with with_managers(&[OWNER, MANAGER]),
    every_recipient_gets_one_sms with with_managers(&[MANAGER, "+14155552673"]),
    an_agents_answer_reaches_the_visitor,
    a_chat_that_nobody_answers_rings_again,
}

fn with_managers(phones: &[&str]) -> Setup {
    Setup::ordinary().with("MANAGER_PHONE_NUMBERS", &phones.join(","))
}

async fn a_customers_message_rings_the_owners_phone(deskbell: &mut Deployment) {
    deskbell.website.begin(Opening::saying("My sink is leaking. Can you come today?").by("Maria")).await;

    let text = deskbell.first_text(OWNER).await;

    assert_eq!(text.segments, 1, "{}", text.body);
    let link = format!("{}/r/", deskbell.url(deskbell_e2e::Service::AdminApi));
    for part in [BUSINESS, "New chat", "Maria", "My sink is leaking", &link] {
        assert!(text.body.contains(part), "{part:?} is missing in {:?}", text.body);
    }
}

async fn thirty_messages_in_one_chat_are_one_sms(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("Hello?")).await;
    for number in 2..=30 {
        assert_eq!(chat.write(&format!("message {number}")).await.seq, number);
    }

    deskbell.settled().await;

    assert_eq!(deskbell.phone(OWNER).len(), 1);
    assert_eq!(chat.read().await.len(), 30);
}

async fn an_urgent_word_rings_once_more(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("Hello, I have a question.")).await;
    deskbell.first_text(OWNER).await;
    chat.write("The basement is flooding, this is an emergency!").await;
    chat.write("Emergency! Please!").await;

    deskbell.texts(OWNER, 2).await;
    deskbell.settled().await;

    let texts = deskbell.phone(OWNER);
    assert_eq!(texts.len(), 2, "an urgency that is already told of is not told again");
    assert!(texts[1].body.contains("URGENT"), "{}", texts[1].body);
}

async fn an_owner_who_is_listed_as_manager_too_gets_one_sms(deskbell: &mut Deployment) {
    deskbell.website.begin(Opening::saying("Hello")).await;
    deskbell.settled().await;
    assert_eq!(deskbell.phone(OWNER).len(), 1);
    assert_eq!(deskbell.phone(MANAGER).len(), 1);
}

async fn every_recipient_gets_one_sms(deskbell: &mut Deployment) {
    deskbell.website.begin(Opening::saying("Hello")).await;
    deskbell.settled().await;
    for phone in [OWNER, MANAGER, "+14155552673"] {
        assert_eq!(deskbell.phone(phone).len(), 1, "{phone}");
    }
}

async fn an_agents_answer_reaches_the_visitor(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("Do you work on Sundays?")).await;
    let admin = deskbell.admin().await;
    let waiting = admin.get("/api/v1/conversations?status=waiting").await;
    assert_eq!(waiting["conversations"][0]["id"], json!(chat.id));

    let path = format!("/api/v1/conversations/{}", chat.id);
    let answer = json!({ "client_message_id": uuid::Uuid::new_v4(), "body": "Yes, from ten." });
    admin.post(&format!("{path}/claim"), &json!({})).await;
    admin.post(&format!("{path}/messages"), &answer).await;
    admin.post(&format!("{path}/messages"), &answer).await;

    let expected = [("visitor", "Do you work on Sundays?"), ("agent", "Yes, from ten.")];
    let expected = expected.map(|(author, body)| (author.to_owned(), body.to_owned()));
    assert_eq!(chat.read().await, expected, "an answer that was sent twice stands there once");
    admin.post(&format!("{path}/close"), &json!({})).await;
    assert_eq!(admin.get(&path).await["status"], "closed");
}

async fn a_chat_that_nobody_answers_rings_again(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("Is anybody there?")).await;
    deskbell.first_text(OWNER).await;

    let database = deskbell.database();
    database
        .execute(&format!("UPDATE conversations SET unassigned_due_at = {}", database.seconds_ago(1)))
        .await;

    let texts = deskbell.texts(OWNER, 2).await;
    assert!(texts[1].body.contains("Still waiting"), "{}", texts[1].body);

    let admin = deskbell.admin().await;
    admin.post(&format!("/api/v1/conversations/{}/claim", chat.id), &json!({})).await;
    wait_until("no further reminder is due", deskbell_e2e::SOON, async || {
        let due = database.count("conversations WHERE unassigned_due_at IS NOT NULL").await;
        due == 0
    })
    .await;
}
