//! `POST /r/chat/close`: the chat is over, until somebody writes again.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_http::BoundedBody;
use deskbell_store::model::conversation::ConversationChange;

use super::layout::refusal;
use super::take::change;
use crate::access::LinkHolder;
use crate::state::AppState;

pub(crate) async fn handle(state: Data<AppState>, holder: LinkHolder, body: BoundedBody) -> HttpResponse {
    let changed = change(&state, holder, &body, ConversationChange::Close, "conversation.close").await;
    changed.unwrap_or_else(|problem| refusal(&problem))
}
