//! Twilio gives no clear answer: a message that may have been taken is looked for, and never blindly repeated.

use deskbell_e2e::{Chat, Deployment, OWNER, Opening, SOON, stories};
use deskbell_testkit::wait_until;
use deskbell_twilio_sim::{CallbackMode, FaultKind, FaultSpec, Operation};
use serde_json::Value;

stories! {
    what_twilio_took_without_saying_so_is_found_in_its_list,
    a_callback_settles_what_the_answer_did_not,
    what_twilio_did_not_take_is_sent_once_more_and_flagged,
    a_list_that_lags_and_fails_is_asked_again,
}

/// Begins a chat whose first request meets the fault.
async fn begin_with(deskbell: &Deployment, fault: FaultSpec) -> Chat {
    let struck = deskbell.twilio.counts().faults;
    let what = format!("{:?} strikes", fault.kind);
    deskbell.twilio.script_fault(FaultSpec { times: Some(1), ..fault });
    let chat = deskbell.website.begin(Opening::saying(what.clone())).await;
    wait_until(&what, SOON, async || deskbell.twilio.counts().faults > struck).await;
    chat
}

fn fault(kind: FaultKind) -> FaultSpec {
    FaultSpec::new(kind)
}

fn accepting(kind: FaultKind) -> FaultSpec {
    FaultSpec { accept: true, ..FaultSpec::new(kind) }
}

async fn what_twilio_took_without_saying_so_is_found_in_its_list(deskbell: &mut Deployment) {
    deskbell.twilio.behave(|behaviour| behaviour.callbacks = CallbackMode::Lost);
    let slower_than_the_timeout = FaultSpec { delay_ms: Some(5_000), ..FaultSpec::new(FaultKind::SlowBody) };
    let faults = [
        fault(FaultKind::AcceptThen500),
        fault(FaultKind::AcceptThenDrop),
        fault(FaultKind::TruncatedJson),
        accepting(FaultKind::Html502),
        accepting(FaultKind::Hang),
        slower_than_the_timeout,
    ];
    let mut chats = Vec::new();
    for fault in faults {
        chats.push(begin_with(deskbell, fault).await);
    }
    deskbell.settled().await;

    let admin = deskbell.admin().await;
    for chat in &chats {
        let log = admin.deliveries_of(chat).await;
        let [delivery] = &log[..] else { panic!("one notice was expected: {log:#?}") };
        assert_eq!(delivery["resend"], Value::Null, "{delivery:#}");
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(1), "{delivery:#}");
        assert!(delivery["attempts"][0]["sid"].is_string(), "{delivery:#}");
    }
    assert_eq!(deskbell.phone(OWNER).len(), chats.len());
}

async fn a_callback_settles_what_the_answer_did_not(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec { on: Operation::List, ..FaultSpec::new(FaultKind::Error500) });
    let chat = begin_with(deskbell, fault(FaultKind::AcceptThen500)).await;

    let delivery = deskbell.admin().await.delivery_in(&chat, "delivered").await;

    assert_eq!(delivery["resend"], Value::Null);
    assert_eq!(deskbell.phone(OWNER).len(), 1);
}

async fn what_twilio_did_not_take_is_sent_once_more_and_flagged(deskbell: &mut Deployment) {
    let faults = [
        fault(FaultKind::Error500),
        fault(FaultKind::Html502),
        fault(FaultKind::Hang),
        FaultSpec { to: Some(OWNER.to_owned()), ..FaultSpec::new(FaultKind::ResetBeforeReading) },
    ];
    let mut chats = Vec::new();
    for fault in faults {
        chats.push(begin_with(deskbell, fault).await);
    }

    let admin = deskbell.admin().await;
    for chat in &chats {
        let delivery = admin.delivery_in(chat, "delivered").await;
        assert_eq!(delivery["resend"], "possible_duplicate", "{delivery:#}");
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(2), "{delivery:#}");
    }
    assert_eq!(deskbell.phone(OWNER).len(), chats.len());
}

async fn a_list_that_lags_and_fails_is_asked_again(deskbell: &mut Deployment) {
    deskbell.twilio.behave(|behaviour| {
        behaviour.callbacks = CallbackMode::Lost;
        behaviour.list_visibility_delay_ms = 1_500;
    });
    deskbell.twilio.script_fault(FaultSpec {
        on: Operation::List,
        times: Some(1),
        ..FaultSpec::new(FaultKind::Error500)
    });
    begin_with(deskbell, fault(FaultKind::AcceptThenDrop)).await;
    deskbell.settled().await;
    assert_eq!(deskbell.phone(OWNER).len(), 1);
}
