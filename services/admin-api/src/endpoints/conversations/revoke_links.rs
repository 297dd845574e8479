//! `DELETE /api/v1/conversations/{id}/links`: the links that were texted open this chat no more, for example because a
//! phone was lost.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::Problem;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::access::CurrentUser;
use crate::audit;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;

/// What was withdrawn.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevokedLinks {
    /// How many links were still good.
    revoked: usize,
}

/// Withdraw the links to a conversation
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/links", operation_id = "revoke_links", tag = "conversations",
    params(("id" = Uuid, Path)), responses((status = 200, description = "Withdrawn.", body = RevokedLinks))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
) -> Result<Json<RevokedLinks>, Problem> {
    if state.store.conversation(*id).await.map_err(failed)?.is_none() {
        return Err(no_such_conversation());
    }
    let target = audit::of_conversation(*id);
    let entry = audit::entry(&*state.clock, &user.actor(), "conversation.revoke_links", target, json!({}));
    let revoked = state.store.shut_links(*id, &entry).await.map_err(failed)?;
    Ok(Json(RevokedLinks { revoked }))
}
