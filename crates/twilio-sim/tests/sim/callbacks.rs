//! Status callbacks in every mode, seen by a receiver that checks signatures.

use deskbell_twilio_sim::{CallbackMode, Outcome, RecipientRule, SimHandle};

use crate::receiver::{Receiver, statuses};
use crate::setup::{ACCOUNT, DEADLINE, FROM, SERVICE, TO, create, form, send, start, start_with, until};

const ANSWER: &str = "";

async fn with_mode(mode: CallbackMode) -> (SimHandle, Receiver) {
    let sim = start_with(|settings| settings.behaviour.callbacks = mode).await;
    (sim, Receiver::start(ANSWER).await)
}

#[tokio::test]
async fn each_change_is_reported_once_signed_and_with_a_field_nobody_documents() {
    let (sim, receiver) = with_mode(CallbackMode::Normal).await;
    let url = format!("{}/twilio/status/1?x=y%20z", receiver.url);
    let sid = send(&sim, TO, Some(&url)).await.unwrap().sid;
    let posts = receiver.wait(2).await;
    assert_eq!(statuses(&posts), ["sent", "delivered"]);
    for post in &posts {
        assert_eq!(post.path, "/twilio/status/1?x=y%20z");
        assert!(post.is_signed_for(&url));
        for (name, value) in [
            ("AccountSid", ACCOUNT),
            ("MessageSid", &sid),
            ("SmsSid", &sid),
            ("From", FROM),
            ("To", TO),
            ("ApiVersion", "2010-04-01"),
        ] {
            assert_eq!(post.param(name), Some(value));
        }
        assert_eq!(post.param("SmsStatus"), post.param("MessageStatus"));
        assert_eq!((post.param("SimFutureField"), post.param("ErrorCode")), (Some("x y&z=1"), None));
    }
    assert_eq!(posts[0].param("RawDlrDoneDate"), None);
    assert_eq!(posts[1].param("RawDlrDoneDate").unwrap().len(), 10);
    assert_ne!(posts[0].idempotency_token, posts[1].idempotency_token);
    until("both are counted", async || sim.counts().callbacks_delivered == 2).await;
}

#[tokio::test]
async fn a_failure_carries_its_error_code() {
    let (sim, receiver) = with_mode(CallbackMode::Normal).await;
    let outcome = Outcome { statuses: vec!["sent".into(), "undelivered".into()], error_code: Some(30003) };
    sim.set_rule(TO, Some(RecipientRule { callbacks: None, outcome: Some(outcome) }));
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    let posts = receiver.wait(2).await;
    assert_eq!(statuses(&posts), ["sent", "undelivered"]);
    assert_eq!((posts[0].param("ErrorCode"), posts[1].param("ErrorCode")), (None, Some("30003")));
    assert_eq!(sim.messages()[0].error_code, Some(30003));
}

#[tokio::test]
async fn a_messaging_service_reports_that_it_queued() {
    let (sim, receiver) = with_mode(CallbackMode::Normal).await;
    create(
        &sim,
        &form(&[("From", "-"), ("MessagingServiceSid", SERVICE), ("StatusCallback", &receiver.url)]),
    )
    .await;
    let posts = receiver.wait(3).await;
    assert_eq!(statuses(&posts), ["queued", "sent", "delivered"]);
    assert_eq!(posts[0].param("MessagingServiceSid"), Some(SERVICE));
}

#[tokio::test]
async fn an_early_callback_arrives_before_the_answer() {
    let (sim, receiver) = with_mode(CallbackMode::Early).await;
    let created = send(&sim, TO, Some(&receiver.url)).await.unwrap();
    assert_eq!(statuses(&receiver.posts())[..1], ["sent"]);
    assert_eq!(created.status.as_str(), "queued");
    assert_eq!(statuses(&receiver.wait(2).await), ["sent", "delivered"]);
}

#[tokio::test]
async fn late_callbacks_come_after_those_of_others() {
    let (sim, receiver) = with_mode(CallbackMode::Normal).await;
    sim.behave(|behaviour| behaviour.late_ms = 300);
    let late = "+15558675399";
    sim.set_rule(late, Some(RecipientRule { callbacks: Some(CallbackMode::Late), outcome: None }));
    send(&sim, late, Some(&receiver.url)).await.unwrap();
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    let posts = receiver.wait(4).await;
    let recipients: Vec<_> = posts.iter().filter_map(|post| post.param("To")).collect();
    assert_eq!(recipients, [TO, TO, late, late]);
}

#[tokio::test]
async fn lost_callbacks_are_recorded_and_never_arrive() {
    let (sim, receiver) = with_mode(CallbackMode::Lost).await;
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    until("both are lost", async || sim.counts().callbacks_lost == 2).await;
    assert!(receiver.posts().is_empty());
    assert!(sim.callbacks().iter().all(|record| record.error.as_deref() == Some("lost")));
}

#[tokio::test]
async fn without_callbacks_nothing_is_sent_or_recorded() {
    let (sim, receiver) = with_mode(CallbackMode::Off).await;
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    until("it is delivered", async || sim.messages()[0].status == "delivered").await;
    assert!(receiver.posts().is_empty() && sim.callbacks().is_empty());
}

#[tokio::test]
async fn duplicates_carry_the_same_token() {
    let (sim, receiver) = with_mode(CallbackMode::Duplicated).await;
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    let posts = receiver.wait(4).await;
    assert_eq!(statuses(&posts), ["sent", "sent", "delivered", "delivered"]);
    assert_eq!(posts[0].idempotency_token, posts[1].idempotency_token);
    assert_eq!(posts[0].params, posts[1].params);
}

#[tokio::test]
async fn reordered_callbacks_begin_with_the_last() {
    let (sim, receiver) = with_mode(CallbackMode::Reordered).await;
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    assert_eq!(statuses(&receiver.wait(2).await), ["delivered", "sent"]);
}

#[tokio::test]
async fn forged_callbacks_claim_a_failure_with_a_wrong_signature() {
    let (sim, receiver) = with_mode(CallbackMode::Forged).await;
    let url = format!("{}/s", receiver.url);
    send(&sim, TO, Some(&url)).await.unwrap();
    let posts = receiver.wait(4).await;
    assert_eq!(statuses(&posts), ["failed", "sent", "failed", "delivered"]);
    let signed: Vec<bool> = posts.iter().map(|post| post.is_signed_for(&url)).collect();
    assert_eq!(signed, [false, true, false, true]);
}

#[tokio::test]
async fn a_failed_connection_is_tried_once_more() {
    let sim = start().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    send(&sim, TO, Some(&format!("http://{closed}/s"))).await.unwrap();
    until("both have failed", async || sim.counts().callbacks_failed == 2).await;
    assert!(sim.callbacks().iter().all(|record| record.attempts == 2 && record.answer.is_none()));
}

#[tokio::test]
async fn strangers_are_never_called() {
    let sim = start().await;
    send(&sim, TO, Some("https://chat.example.com/s")).await.unwrap();
    until("it is refused", async || sim.counts().callbacks_failed == 2).await;
    let record = &sim.callbacks()[0];
    assert_eq!(record.attempts, 0);
    assert!(record.error.as_ref().unwrap().contains("loopback"), "{record:?}");
}

#[tokio::test]
async fn behind_a_proxy_the_public_url_is_signed_and_the_target_called() {
    let receiver = Receiver::start(ANSWER).await;
    let sim = start_with(|settings| settings.callback_target = Some(receiver.url.parse().unwrap())).await;
    let public = "https://chat.example.com/twilio/status/1";
    send(&sim, TO, Some(public)).await.unwrap();
    let posts = receiver.wait(2).await;
    assert_eq!(posts[0].path, "/twilio/status/1");
    assert!(
        posts[0].is_signed_for(public)
            && posts[0].is_signed_for("https://chat.example.com:443/twilio/status/1")
    );
}

#[tokio::test]
async fn a_reset_calls_off_what_is_still_due() {
    let (sim, receiver) = with_mode(CallbackMode::Normal).await;
    sim.behave(|behaviour| behaviour.step_ms = 100);
    send(&sim, TO, Some(&receiver.url)).await.unwrap();
    sim.reset();
    sim.behave(|behaviour| behaviour.step_ms = 150);
    send(&sim, "+15558675399", Some(&receiver.url)).await.unwrap();
    let posts = receiver.wait(2).await;
    assert!(posts.iter().all(|post| post.param("To") == Some("+15558675399")));
    assert!(sim.wait_accepted(1, DEADLINE).await);
}
