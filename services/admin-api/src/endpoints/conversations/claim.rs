//! `POST /api/v1/conversations/{id}/claim`: takes a conversation, if nobody else has it. Of several at once one gets it; the others are told who.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::Problem;
use deskbell_store::model::conversation::ConversationChange;
use serde_json::json;

use super::change;
use crate::access::CurrentUser;
use crate::state::AppState;
use crate::view::conversation::ConversationView;

/// Claim a conversation
#[utoipa::path(post, path = "/api/v1/conversations/{id}/claim", operation_id = "claim_conversation", tag = "conversations",
    params(("id" = Uuid, Path)), responses(
        (status = 200, description = "It is yours.", body = ConversationView),
        (status = 409, description = "`already_claimed`: the detail says by whom.", body = deskbell_http::ProblemBody,
            content_type = "application/problem+json")
    )
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
) -> Result<Json<ConversationView>, Problem> {
    change::apply(&state, &user, *id, ConversationChange::Claim(user.id), json!({})).await
}
