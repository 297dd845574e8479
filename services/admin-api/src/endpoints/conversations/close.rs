//! `POST /api/v1/conversations/{id}/close`: it is over, until somebody writes again.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::Problem;
use deskbell_store::model::conversation::ConversationChange;
use serde_json::json;

use super::change;
use crate::access::CurrentUser;
use crate::state::AppState;
use crate::view::conversation::ConversationView;

/// Close a conversation
#[utoipa::path(post, path = "/api/v1/conversations/{id}/close", operation_id = "close_conversation", tag = "conversations",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The conversation, as it is now.", body = ConversationView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
) -> Result<Json<ConversationView>, Problem> {
    change::apply(&state, &user, *id, ConversationChange::Close, json!({})).await
}
