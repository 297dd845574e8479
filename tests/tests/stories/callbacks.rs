//! What Twilio reports later: whatever happens to its callbacks on the way, the log ends up with the truth.

use deskbell_e2e::{Deployment, OWNER, Opening, SOON, stories};
use deskbell_testkit::wait_until;
use deskbell_twilio_sim::CallbackMode;

stories! {
    callbacks_end_in_the_same_state_however_they_come,
    lost_callbacks_leave_the_notice_accepted,
    forged_callbacks_are_refused,
}

async fn callbacks_end_in_the_same_state_however_they_come(deskbell: &mut Deployment) {
    use CallbackMode::{Duplicated, Early, Forged, Late, Normal, Reordered};
    deskbell.twilio.behave(|behaviour| behaviour.late_ms = 700);
    let admin = deskbell.admin().await;
    let mut chats = Vec::new();
    for (number, mode) in [Normal, Early, Late, Duplicated, Reordered, Forged].into_iter().enumerate() {
        deskbell.twilio.behave(|behaviour| behaviour.callbacks = mode);
        chats.push(deskbell.website.begin(Opening::saying(format!("{mode:?}"))).await);
        deskbell.texts(OWNER, number + 1).await;
    }
    for chat in &chats {
        admin.delivery_in(chat, "delivered").await;
    }
    // Those that come after the last word change nothing any more.
    wait_until("every callback is answered", SOON, async || {
        let counts = deskbell.twilio.counts();
        // Two for each chat, two of them twice, and two forged.
        counts.callbacks_delivered == 14 && counts.callbacks_failed == 2
    })
    .await;
    for chat in &chats {
        admin.delivery_in(chat, "delivered").await;
    }
}

async fn lost_callbacks_leave_the_notice_accepted(deskbell: &mut Deployment) {
    deskbell.twilio.behave(|behaviour| behaviour.callbacks = CallbackMode::Lost);
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    let admin = deskbell.admin().await;
    wait_until("both callbacks are lost", SOON, async || deskbell.twilio.counts().callbacks_lost == 2).await;
    admin.delivery_in(&chat, "accepted").await;
}

async fn forged_callbacks_are_refused(deskbell: &mut Deployment) {
    deskbell.twilio.behave(|behaviour| behaviour.callbacks = CallbackMode::Forged);
    let chat = deskbell.website.begin(Opening::saying("Hello")).await;
    deskbell.admin().await.delivery_in(&chat, "delivered").await;
    wait_until("all callbacks are answered", SOON, async || deskbell.twilio.callbacks().len() == 4).await;
    for callback in deskbell.twilio.callbacks() {
        let expected = if callback.forged { 403 } else { 204 };
        assert_eq!(callback.answer, Some(expected), "{callback:?}");
    }
}
