//! Deliveries: who was told of what, how far it came, and what to do when it did not arrive. AGENTs see masked numbers
//! and no text, since the text holds a link that opens the chat.

mod words;

use std::collections::HashMap;

use deskbell_domain::delivery::Resend;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::{AttemptId, ConversationId, DeliveryId, EventId, RecipientId, Timestamp};
use deskbell_http::Problem;
use deskbell_store::Store;
use deskbell_store::model::delivery::{Attempt, Delivery};
use deskbell_twilio::explain;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;
use crate::problems::failed;

pub(crate) use words::{Step, step};

/// How much of a delivery is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Numbers and texts.
    Full,
    /// Masked numbers, no texts.
    Masked,
}

impl Detail {
    pub(crate) fn for_admin(is_admin: bool) -> Self {
        if is_admin { Self::Full } else { Self::Masked }
    }
}

/// A notice to one recipient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    #[schema(value_type = Uuid)]
    id: DeliveryId,
    #[schema(value_type = Uuid)]
    event_id: EventId,
    #[schema(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    /// Null when there was nobody to tell.
    recipient: Option<DeliveredTo>,
    /// `sms` or `dry_run`.
    channel: String,
    /// A type of notice, or `test_notification`.
    #[schema(example = "new_chat")]
    kind: &'static str,
    #[schema(value_type = schema::DeliveryState)]
    state: &'static str,
    /// How far it came, in one word for people.
    step: Step,
    /// Why it stands there, as a stable word.
    reason: Option<String>,
    /// The provider's error code.
    #[schema(example = 30034)]
    code: Option<i32>,
    /// What the reason or the code means, and what can be done.
    explanation: Option<Explanation>,
    /// Why it was sent once more: `possible_duplicate` or `after_carrier_failure`.
    resend: Option<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it came to stand where it stands.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    attempts: Vec<AttemptView>,
}

/// Who was told, as known then.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveredTo {
    #[schema(value_type = Option<Uuid>)]
    id: Option<RecipientId>,
    name: String,
    #[schema(value_type = schema::RecipientRole)]
    role: String,
    /// E.164 for an ADMIN, masked for an AGENT.
    phone: String,
}

/// Plain words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// What happened.
    title: &'static str,
    /// What can be done about it.
    mend: &'static str,
}

/// One request to the provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(crate) struct AttemptView {
    #[schema(value_type = Uuid)]
    id: AttemptId,
    /// From 1.
    number: i32,
    /// How many segments it is billed as.
    segments: i32,
    /// The text, for an ADMIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    outcome: Option<String>,
    /// The provider's id.
    sid: Option<String>,
    /// The provider's last word.
    status: Option<String>,
    code: Option<i32>,
}

/// Deliveries with their attempts, in the order given.
pub(crate) async fn with_attempts(
    store: &Store,
    deliveries: Vec<Delivery>,
    detail: Detail,
) -> Result<Vec<DeliveryView>, Problem> {
    let mut of: HashMap<DeliveryId, Vec<Attempt>> = HashMap::new();
    for attempt in store.attempts_of(&deliveries).await.map_err(failed)? {
        of.entry(attempt.delivery_id).or_default().push(attempt);
    }
    Ok(deliveries
        .into_iter()
        .map(|delivery| {
            let attempts = of.remove(&delivery.id).unwrap_or_default();
            DeliveryView::new(delivery, attempts, detail)
        })
        .collect())
}

impl DeliveryView {
    fn new(delivery: Delivery, attempts: Vec<Attempt>, detail: Detail) -> Self {
        Self {
            id: delivery.id,
            event_id: delivery.event_id,
            conversation_id: delivery.conversation_id,
            kind: delivery.kind.as_str(),
            state: delivery.state.as_str(),
            step: step(delivery.state),
            explanation: explanation(&delivery),
            recipient: DeliveredTo::of(&delivery, detail),
            channel: delivery.channel,
            reason: delivery.reason,
            code: delivery.code,
            resend: delivery.resend.map(Resend::as_str),
            due_at: delivery.due_at,
            created_at: delivery.created_at,
            updated_at: delivery.updated_at,
            attempts: attempts.into_iter().map(|attempt| AttemptView::new(attempt, detail)).collect(),
        }
    }

    pub(crate) fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// Where it stands among those of the same instant: the owner first, then by name.
    pub(crate) fn place(&self) -> (Timestamp, bool, &str) {
        let recipient = self.recipient.as_ref();
        let is_owner = recipient.is_some_and(|recipient| recipient.role == "owner");
        (self.created_at, !is_owner, recipient.map_or("", |recipient| &recipient.name))
    }

    pub(crate) fn step(&self) -> Step {
        self.step
    }
}

fn explanation(delivery: &Delivery) -> Option<Explanation> {
    if let Some(code) = delivery.code.and_then(|code| u32::try_from(code).ok()) {
        let known = explain(code);
        return Some(Explanation { title: known.title, mend: known.mend });
    }
    words::of_reason(delivery.reason.as_deref()?).map(|(title, mend)| Explanation { title, mend })
}

impl DeliveredTo {
    fn of(delivery: &Delivery, detail: Detail) -> Option<Self> {
        if delivery.phone.is_empty() {
            return None;
        }
        let phone = match (detail, PhoneNumber::from_e164_stored(&delivery.phone)) {
            (Detail::Full, _) => delivery.phone.clone(),
            (Detail::Masked, Ok(phone)) => phone.masked(),
            (Detail::Masked, Err(_)) => String::new(),
        };
        Some(Self {
            id: delivery.recipient_id,
            name: delivery.recipient_name.clone(),
            role: delivery.recipient_role.clone(),
            phone,
        })
    }
}

impl AttemptView {
    fn new(attempt: Attempt, detail: Detail) -> Self {
        Self {
            id: attempt.id,
            number: attempt.number,
            segments: attempt.segments,
            text: (detail == Detail::Full).then_some(attempt.body),
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            outcome: attempt.outcome,
            sid: attempt.sid,
            status: attempt.status,
            code: attempt.code,
        }
    }
}
