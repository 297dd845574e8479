//! Stands in for the notifier: plans deliveries, makes attempts with links, and hears of their fate.

use deskbell_domain::delivery::{DeliveryPolicy, Jitter};
use deskbell_domain::delivery::{
    DeliveryState, Progress, ProviderStatus, SendOutcome, StatusReport, after_send, after_status,
};
use deskbell_domain::notice::{NoticeFacts, NoticeKind, NoticeType};
use deskbell_domain::recipient::Recipient;
use deskbell_domain::token::LinkToken;
use deskbell_domain::{AttemptId, Clock as _, ConversationId, DeliveryId, EventId};
use deskbell_store::model::delivery::{Delivery, DeliveryRecipient, NewAttempt, NewDelivery};
use deskbell_store::{AttemptEnd, Change, ClaimRequest};
use std::sync::Mutex;
use std::time::Duration;

use crate::app::TestApp;

const SENDER: &str = "test";
const LINK_TTL: Duration = Duration::from_secs(172_800);

/// A text that was sent.
pub(crate) struct Texted {
    pub(crate) recipient_name: String,
    pub(crate) attempt_id: AttemptId,
    pub(crate) link: LinkToken,
}

impl Texted {
    pub(crate) fn path(&self) -> String {
        format!("/r/{}", self.link.reveal())
    }
}

/// Tells every recipient of a new chat.
pub(crate) async fn tell_of_chat(app: &TestApp, chat: ConversationId) -> Vec<Texted> {
    let kind = NoticeKind::Chat(NoticeType::NewChat);
    tell(app, EventId::mint(&*app.clock), Some(chat), kind).await
}

/// Sends a test to every recipient.
pub(crate) async fn tell_of_test(app: &TestApp, event: EventId) -> Vec<Texted> {
    tell(app, event, None, NoticeKind::Test).await
}

async fn tell(app: &TestApp, event: EventId, chat: Option<ConversationId>, kind: NoticeKind) -> Vec<Texted> {
    let now = app.clock.now();
    let plan = |event_id: EventId, _: &_, people: &[Recipient]| {
        let to = |person: &Recipient| NewDelivery {
            id: DeliveryId::mint(&*app.clock),
            event_id,
            conversation_id: chat,
            recipient: Some(DeliveryRecipient {
                id: person.id,
                name: person.name.clone(),
                role: person.role,
                phone: person.phone.as_e164().to_owned(),
            }),
            channel: "sms",
            kind,
            facts: NoticeFacts {
                business_name: "Acme".to_owned(),
                customer_name: None,
                preview: "Hello".to_owned(),
                waiting_s: 0,
            },
            suppressed: None,
            due_at: now,
        };
        people.iter().map(to).collect()
    };
    app.store.record_events("sms-notifier", &[event], now, &plan).await.unwrap();
    send_what_is_due(app).await
}

async fn send_what_is_due(app: &TestApp) -> Vec<Texted> {
    let now = app.clock.now();
    let texted = Mutex::new(Vec::new());
    let prepare = |delivery: &Delivery| {
        let (id, link) = (AttemptId::mint(&*app.clock), LinkToken::generate(&mut rand::rng()));
        let attempt = NewAttempt {
            id,
            body: format!("Acme: New chat http://panel.example/r/{}", link.reveal()),
            reference: link.reveal(),
            segments: 1,
            link_hash: Some(*link.hash().as_bytes()),
            link_expires_at: now.plus(LINK_TTL),
        };
        let recipient_name = delivery.recipient_name.clone();
        texted.lock().unwrap().push(Texted { recipient_name, attempt_id: id, link });
        attempt
    };
    let request = ClaimRequest {
        sender: SENDER,
        limit: 100,
        urgent_only: false,
        segment_time: Duration::ZERO,
        lease_until: now.plus(Duration::from_secs(30)),
        expired_before: now.minus(Duration::from_secs(86_400)),
        now,
        prepare: &prepare,
    };
    app.store.claim(&request).await.unwrap();
    texted.into_inner().unwrap()
}

/// The provider has taken it.
pub(crate) async fn accepted(app: &TestApp, texted: &Texted) {
    let now = app.clock.now();
    let outcome = SendOutcome::Accepted { sid: "SM1".to_owned(), status: ProviderStatus::Accepted };
    apply(app, texted, move |progress, current| {
        let policy = DeliveryPolicy::default();
        after_send(progress, current, &outcome, &policy, Jitter(0), now)
    })
    .await;
}

/// The carrier has a word on it.
pub(crate) async fn reported(app: &TestApp, texted: &Texted, status: ProviderStatus, code: Option<u32>) {
    let now = app.clock.now();
    let report = StatusReport { status, code, rejection: None, passing: false };
    apply(app, texted, move |progress, current| {
        after_status(progress, current, &report, &DeliveryPolicy::default(), now)
    })
    .await;
}

async fn apply(
    app: &TestApp,
    texted: &Texted,
    decide: impl Fn(&Progress, bool) -> Option<deskbell_domain::delivery::Transition> + Send + Sync + 'static,
) {
    let change = Change {
        attempt_id: texted.attempt_id,
        end: AttemptEnd { outcome: Some("accepted"), sid: Some("SM1".to_owned()), ..AttemptEnd::default() },
        decide: Box::new(decide),
        now: app.clock.now(),
    };
    let moved = app.store.apply(SENDER, &[change]).await.unwrap();
    assert!(moved[0].is_some_and(|progress| progress.state != DeliveryState::Ready));
}
