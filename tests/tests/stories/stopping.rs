//! SIGTERM: stop accepting, finish what is in flight, lose nothing.

use deskbell_e2e::{Deployment, Load, OWNER, Opening, SOON, Service, stories};
use deskbell_testkit::wait_until;

stories! {
    stopping_under_load_loses_nothing,
    a_request_in_flight_is_finished_and_written_down,
}

async fn stopping_under_load_loses_nothing(deskbell: &mut Deployment) {
    let load = Load::start(&deskbell.website, deskbell.ledger(), 6);
    for _stop in 0..2 {
        load.goes_on(20).await;
        deskbell.stop();
        deskbell.start_all().await;
    }
    load.goes_on(20).await;
    load.stop().await;
}

async fn a_request_in_flight_is_finished_and_written_down(deskbell: &mut Deployment) {
    deskbell.twilio.behave(|behaviour| behaviour.latency_ms = 800);
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    wait_until("the request is in flight", SOON, async || deskbell.twilio.counts().requests == 1).await;

    let status = deskbell.terminate(Service::SmsNotifier);

    assert!(status.success(), "{status}");
    deskbell.start_all().await;
    let log = deskbell.admin().await.deliveries_of(&chat).await;
    assert_eq!(log[0]["attempts"][0]["outcome"], "accepted", "{log:#?}");
    assert_eq!(deskbell.phone(OWNER).len(), 1);
}
