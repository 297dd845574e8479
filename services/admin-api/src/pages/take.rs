//! `POST /r/chat/take`: whoever holds the link looks after the chat, so nobody need be told again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use deskbell_domain::ConversationId;
use deskbell_http::{BoundedBody, Problem};
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::{Changed, ConversationChange};
use serde::Deserialize;
use serde_json::json;

use super::form;
use super::layout::{refusal, see_other, sorry};
use crate::access::LinkHolder;
use crate::audit::{self, Actor};
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    conversation_id: ConversationId,
}

pub(crate) async fn handle(state: Data<AppState>, holder: LinkHolder, body: BoundedBody) -> HttpResponse {
    let changed = change(&state, holder, &body, ConversationChange::TakeUp, "conversation.claim").await;
    changed.unwrap_or_else(|problem| refusal(&problem))
}

/// Changes the one chat; that somebody else has it shows on the page.
pub(super) async fn change(
    state: &AppState,
    holder: LinkHolder,
    body: &BoundedBody,
    change: ConversationChange,
    action: &'static str,
) -> Result<HttpResponse, Problem> {
    let Which { conversation_id } = form::read(body)?;
    if conversation_id != holder.conversation_id {
        return Ok(another_chat());
    }
    let recipients = state.store.recipients().await.map_err(failed)?;
    let recipient = recipients.iter().find(|recipient| recipient.id == holder.recipient_id);
    let actor = Actor::link_of(recipient.map_or("a former recipient", |recipient| &recipient.name));
    let target = audit::of_conversation(conversation_id);
    let entry = audit::entry(&*state.clock, &actor, action, target, json!({}));
    let changed =
        state.store.change_conversation_audited(conversation_id, change, &entry).await.map_err(failed)?;
    match changed {
        Changed::Done(_) => {
            hint::tell(&state.bus, conversation_id, Happened::Changed);
            Ok(see_other("/r/chat"))
        }
        Changed::TakenBy(_) => Ok(see_other("/r/chat")),
        Changed::NotFound => Err(no_such_conversation()),
    }
}

/// The form is of a chat that this browser had open before.
pub(super) fn another_chat() -> HttpResponse {
    sorry(
        StatusCode::FORBIDDEN,
        "Another chat is open now",
        "This page was of a chat that was opened before, so nothing was sent.",
        "Tap the link in the SMS of the chat you mean, or log in to the inbox.",
    )
}
