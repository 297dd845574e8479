//! `GET /api/v1/conversations/{id}`: one conversation.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::Problem;

use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::conversation::ConversationView;
use crate::view::user::Names;

/// Show a conversation
#[utoipa::path(get, path = "/api/v1/conversations/{id}", operation_id = "show_conversation", tag = "conversations",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The conversation.", body = ConversationView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    id: Path<ConversationId>,
) -> Result<Json<ConversationView>, Problem> {
    let conversation =
        state.store.conversation(*id).await.map_err(failed)?.ok_or_else(no_such_conversation)?;
    let names = Names::read(&state.store).await?;
    Ok(Json(ConversationView::new(conversation, &names)))
}
