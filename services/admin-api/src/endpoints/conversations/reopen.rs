//! `POST /api/v1/conversations/{id}/reopen`: takes the end back.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::Problem;
use deskbell_store::model::conversation::ConversationChange;
use serde_json::json;

use super::change;
use crate::access::CurrentUser;
use crate::state::AppState;
use crate::view::conversation::ConversationView;

/// Reopen a conversation
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reopen", operation_id = "reopen_conversation", tag = "conversations",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The conversation, as it is now.", body = ConversationView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
) -> Result<Json<ConversationView>, Problem> {
    change::apply(&state, &user, *id, ConversationChange::Reopen, json!({})).await
}
