//! `GET /r/chat`: the chat that a link has opened in this browser.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::chat_view::{Draft, show};
use super::layout::refusal;
use crate::access::LinkHolder;
use crate::state::AppState;

pub(crate) async fn handle(state: Data<AppState>, holder: LinkHolder) -> HttpResponse {
    let shown = show(&state, holder, StatusCode::OK, Draft::default()).await;
    shown.unwrap_or_else(|problem| refusal(&problem))
}
