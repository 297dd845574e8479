//! `POST /api/v1/conversations/{id}/assign`: gives a conversation to somebody, or to nobody.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::{ConversationId, UserId};
use deskbell_http::{JsonBody, Problem};
use deskbell_store::model::conversation::ConversationChange;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::change;
use crate::access::CurrentUser;
use crate::problems::failed;
use crate::state::AppState;
use crate::view::conversation::ConversationView;

/// Who is to have it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// A user's id; null for nobody.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<Uuid>, required = true)]
    user_id: Option<UserId>,
}

/// Assign a conversation
#[utoipa::path(post, path = "/api/v1/conversations/{id}/assign", operation_id = "assign_conversation",
    tag = "conversations", params(("id" = Uuid, Path)), request_body = Assign,
    responses((status = 200, description = "The conversation, as it is now.", body = ConversationView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
    JsonBody(body): JsonBody<Assign>,
) -> Result<Json<ConversationView>, Problem> {
    let assignee = match body.user_id {
        None => None,
        Some(id) => {
            let known = state.store.user(id).await.map_err(failed)?;
            let active = known.filter(|user| user.disabled_at.is_none());
            Some(active.ok_or_else(|| Problem::invalid_field("/user_id", "names no active user"))?)
        }
    };
    let detail = json!({ "to": assignee.as_ref().map(|user| &user.email) });
    let change = ConversationChange::Assign(assignee.map(|user| user.id));
    change::apply(&state, &user, *id, change, detail).await
}
