//! What comes over the broker: anybody may publish, and nothing that comes stops the rest.

use deskbell_e2e::{Deployment, OWNER, Opening, SOON, Service, eventually, stories_of_services};
use deskbell_testkit::wait_until;
use serde_json::Value;

use crate::strangers::{Envelope, publish};

const EVENTS: &str = "deskbell.events";
const DEAD: &str = "deskbell.dead";

stories_of_services! {
    a_stranger_with_the_schema_can_ring_the_owners_phone,
    the_same_event_twice_rings_once,
    rubbish_ends_in_the_dead_letters_and_stops_nothing,
    a_dead_letter_can_be_sent_through_again,
}

async fn a_stranger_with_the_schema_can_ring_the_owners_phone(deskbell: &mut Deployment) {
    let envelope = Envelope::new_chat("A stranger", "Greetings from another program");
    publish(deskbell.amqp_url(), EVENTS, &envelope.bytes()).await;
    let text = deskbell.first_text(OWNER).await;
    assert!(text.body.contains("A stranger: Greetings from another program"), "{}", text.body);
}

async fn the_same_event_twice_rings_once(deskbell: &mut Deployment) {
    let envelope = Envelope::new_chat("A stranger", "Once").bytes();
    publish(deskbell.amqp_url(), EVENTS, &envelope).await;
    publish(deskbell.amqp_url(), EVENTS, &envelope).await;
    publish(deskbell.amqp_url(), EVENTS, &Envelope::new_chat("A stranger", "Another").bytes()).await;
    deskbell.texts(OWNER, 2).await;
    deskbell.settled().await;
    assert_eq!(deskbell.phone(OWNER).len(), 2);
}

async fn rubbish_ends_in_the_dead_letters_and_stops_nothing(deskbell: &mut Deployment) {
    let good = Envelope::new_chat("A stranger", "Hello").bytes();
    let of_tomorrow = Envelope {
        new_chat: None,
        event_of_tomorrow: Some(Default::default()),
        ..Envelope::new_chat("", "")
    };
    let bad_conversation = {
        let mut envelope = Envelope::new_chat("A stranger", "Hello");
        envelope.new_chat.as_mut().expect("it is one").conversation_id = "not an id".to_owned();
        envelope.bytes()
    };
    let rubbish: [&[u8]; 7] = [
        b"",
        b"\xff\xfe\xfd random bytes \x00\x01",
        b"{\"event\": \"new_chat\"}",
        &good[..good.len() / 2],
        &of_tomorrow.bytes(),
        &bad_conversation,
        &vec![0xAB; 10 * 1024 * 1024],
    ];
    for bytes in rubbish {
        publish(deskbell.amqp_url(), EVENTS, bytes).await;
    }

    let admin = deskbell.admin().await;
    let letters = eventually("all of it is set aside", SOON, async || {
        let letters = admin.get("/api/v1/dead-letters").await["dead_letters"].as_array().cloned()?;
        (letters.len() >= rubbish.len()).then_some(letters)
    })
    .await;
    assert_eq!(letters.len(), rubbish.len());
    for letter in &letters {
        assert!(letter["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{letter:#}");
    }
    let largest = letters.iter().filter_map(|letter| letter["size_bytes"].as_u64()).max();
    assert_eq!(largest, Some(10 * 1024 * 1024), "it is kept whole");
    deskbell.website.begin(Opening::saying("I am a customer")).await;
    deskbell.first_text(OWNER).await;
    assert!(deskbell.process(Service::SmsNotifier).status().is_none());
}

async fn a_dead_letter_can_be_sent_through_again(deskbell: &mut Deployment) {
    let envelope = Envelope::new_chat("A stranger", "Given up by the broker");
    publish(deskbell.amqp_url(), DEAD, &envelope.bytes()).await;
    let admin = deskbell.admin().await;
    let letter = eventually("the dead letter is kept", SOON, async || {
        admin.get("/api/v1/dead-letters").await["dead_letters"].get(0).cloned()
    })
    .await;
    assert_eq!(letter["event_id"], Value::from(envelope.event_id), "{letter:#}");
    let listed = text_of(&deskbell.deskbell(&["dead-letters", "list"]));
    assert!(listed.contains("new_chat") && listed.contains("gave up"), "{listed}");
    assert_eq!(deskbell.phone(OWNER).len(), 0);

    let replayed = deskbell.deskbell(&["dead-letters", "replay"]);

    assert!(replayed.status.success(), "{}", text_of(&replayed));
    let text = deskbell.first_text(OWNER).await;
    assert!(text.body.contains("Given up by the broker"), "{}", text.body);
    wait_until("there are no dead letters any more", SOON, async || {
        admin.get("/api/v1/dead-letters").await["dead_letters"] == Value::Array(vec![])
    })
    .await;
}

fn text_of(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
