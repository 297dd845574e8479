//! Twilio refuses: what may be tried again is tried again, once, and what may not is not.

use deskbell_e2e::{Deployment, OWNER, Opening, SOON, stories};
use deskbell_testkit::wait_until;
use deskbell_twilio_sim::{FaultKind, FaultSpec};

stories! {
    a_429_is_tried_again_once_and_accepted_once,
    a_pause_that_twilio_asks_for_is_kept,
    wrong_credentials_open_the_circuit_and_mending_them_sends_what_waited,
    a_refused_connection_is_tried_again,
    a_message_that_twilio_refuses_for_good_is_not_tried_again,
}

async fn a_429_is_tried_again_once_and_accepted_once(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec { times: Some(1), ..FaultSpec::new(FaultKind::RateLimited) });
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;

    let delivery = deskbell.admin().await.delivery_in(&chat, "delivered").await;

    let outcomes: Vec<_> = attempts(&delivery).map(|attempt| attempt["outcome"].clone()).collect();
    assert_eq!(outcomes, ["rate_limited", "accepted"]);
    assert_eq!(delivery["resend"], serde_json::Value::Null, "nothing was sent before");
    assert_eq!(deskbell.twilio.counts().accepted, 1);
}

async fn a_pause_that_twilio_asks_for_is_kept(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec {
        times: Some(1),
        retry_after: Some("2".to_owned()),
        ..FaultSpec::new(FaultKind::RateLimited)
    });
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    deskbell.admin().await.delivery_in(&chat, "delivered").await;

    let requests: Vec<_> = deskbell.twilio.requests().iter().map(|request| request.at).collect();
    let [refused, accepted] = requests[..] else { panic!("two requests were expected: {requests:?}") };
    assert!(accepted.since(refused).as_secs_f64() >= 1.9, "{refused} … {accepted}");
}

async fn wrong_credentials_open_the_circuit_and_mending_them_sends_what_waited(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec::new(FaultKind::Unauthorized));
    let admin = deskbell.admin().await;
    let chat = deskbell.website.begin(Opening::saying("One")).await;
    wait_until("the log says what is wrong", SOON, async || {
        let log = admin.deliveries_of(&chat).await;
        log.first().is_some_and(|delivery| delivery["reason"] == "configuration" && delivery["code"] == 20003)
    })
    .await;
    for number in 2..=5 {
        deskbell.website.begin(Opening::saying(format!("Chat {number}"))).await;
    }
    let asked = deskbell.twilio.counts().requests;
    wait_until("the circuit is tried again", SOON, async || deskbell.twilio.counts().requests > asked).await;
    assert_eq!(deskbell.phone(OWNER).len(), 0);

    deskbell.twilio.clear_faults();

    deskbell.texts(OWNER, 5).await;
    deskbell.settled().await;
    assert_eq!(deskbell.phone(OWNER).len(), 5);
}

async fn a_refused_connection_is_tried_again(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec {
        status: Some(503),
        code: Some(20503),
        times: Some(1),
        ..FaultSpec::new(FaultKind::ApiError)
    });
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    deskbell.admin().await.delivery_in(&chat, "delivered").await;
    assert_eq!(deskbell.phone(OWNER).len(), 1);
}

async fn a_message_that_twilio_refuses_for_good_is_not_tried_again(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec {
        status: Some(400),
        code: Some(21617),
        ..FaultSpec::new(FaultKind::ApiError)
    });
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    let failed = deskbell.admin().await.delivery_in(&chat, "failed").await;
    assert_eq!(failed["code"], 21617);
    assert_eq!(deskbell.twilio.counts().requests, 1);
}

fn attempts(delivery: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    delivery["attempts"].as_array().into_iter().flatten()
}
