//! Recipients who cannot be texted any more, or do not want to be.

use deskbell_e2e::{Deployment, MANAGER, OWNER, Opening, SENDER, SOON, Setup, eventually, stories};
use deskbell_twilio_sim::{FaultKind, FaultSpec, NewInbound, Outcome, RecipientRule};

stories! {
    a_recipient_who_has_opted_out_at_twilio_is_not_tried_again with with_manager(),
    stop_by_sms_is_obeyed_and_start_takes_it_back,
    a_forged_stop_is_refused,
    a_message_that_the_carrier_refuses_says_why,
}

fn with_manager() -> Setup {
    Setup::ordinary().with("MANAGER_PHONE_NUMBERS", MANAGER)
}

fn inbound(body: &str) -> NewInbound {
    NewInbound {
        from: OWNER.to_owned(),
        to: Some(SENDER.to_owned()),
        body: body.to_owned(),
        ..NewInbound::default()
    }
}

async fn a_recipient_who_has_opted_out_at_twilio_is_not_tried_again(deskbell: &mut Deployment) {
    deskbell.twilio.script_fault(FaultSpec {
        to: Some(MANAGER.to_owned()),
        status: Some(400),
        code: Some(21610),
        ..FaultSpec::new(FaultKind::ApiError)
    });
    let admin = deskbell.admin().await;

    let first = deskbell.website.begin(Opening::saying("One")).await;
    deskbell.settled().await;
    let log = admin.deliveries_of(&first).await;
    let refused =
        log.iter().find(|delivery| delivery["recipient"]["phone"] == MANAGER).expect("it is in the log");
    assert_eq!((&refused["state"], &refused["code"]), (&"failed".into(), &21610.into()), "{refused:#}");
    assert_eq!(admin.disabled_reason(MANAGER).await.as_deref(), Some("opted_out"));

    let second = deskbell.website.begin(Opening::saying("Two")).await;
    deskbell.settled().await;
    let log = admin.deliveries_of(&second).await;
    let skipped =
        log.iter().find(|delivery| delivery["recipient"]["phone"] == MANAGER).expect("it is in the log");
    assert_eq!(skipped["reason"], "recipient_disabled");
    assert_eq!(deskbell.phone(OWNER).len(), 2, "the owner hears of both");
}

async fn stop_by_sms_is_obeyed_and_start_takes_it_back(deskbell: &mut Deployment) {
    let admin = deskbell.admin().await;
    let stopped = deskbell.twilio.receive(inbound("STOP")).await.expect("the stand-in takes it");
    assert_eq!(stopped.answers, [Some(200)]);
    assert_eq!(admin.disabled_reason(OWNER).await.as_deref(), Some("opted_out"));
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    assert_eq!(admin.delivery_in(&chat, "suppressed").await["reason"], "recipient_disabled");

    deskbell.twilio.receive(inbound("Start")).await.expect("the stand-in takes it");
    assert_eq!(admin.disabled_reason(OWNER).await, None);
    deskbell.website.begin(Opening::saying("Hello again")).await;
    deskbell.first_text(OWNER).await;
}

async fn a_forged_stop_is_refused(deskbell: &mut Deployment) {
    let forged = NewInbound { forged: true, ..inbound("STOP") };
    let refused = deskbell.twilio.receive(forged).await.expect("the stand-in takes it");
    assert_eq!(refused.answers, [Some(403)]);
    assert_eq!(deskbell.admin().await.disabled_reason(OWNER).await, None);
}

async fn a_message_that_the_carrier_refuses_says_why(deskbell: &mut Deployment) {
    let statuses = vec!["sent".to_owned(), "undelivered".to_owned()];
    let outcome = Outcome { statuses, error_code: Some(30034) };
    deskbell
        .twilio
        .set_rule(OWNER, Some(RecipientRule { outcome: Some(outcome), ..RecipientRule::default() }));
    let admin = deskbell.admin().await;
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;

    let refused = eventually("the carrier's word is in the log", SOON, async || {
        let log = admin.deliveries_of(&chat).await;
        log.into_iter().find(|delivery| delivery["state"] == "undelivered")
    })
    .await;

    assert_eq!(refused["code"], 30034);
    for words in ["title", "mend"] {
        assert!(refused["explanation"][words].as_str().is_some_and(|text| text.len() > 10), "{refused:#}");
    }
}
