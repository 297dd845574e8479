//! `GET /api/v1/conversations/{id}/messages`: what was written, in order.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::{Problem, QueryParams};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::paging::DEFAULT_LIMIT;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::conversation::MessageView;
use crate::view::user::Names;

/// Which messages.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMessages {
    /// Only those after this number; 0 if absent.
    #[validate(range(min = 0))]
    after_seq: Option<i64>,
    /// 1 to 200; 50 if absent.
    #[validate(range(min = 1, max = 200))]
    limit: Option<u16>,
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct Messages {
    messages: Vec<MessageView>,
    /// Whether more follow.
    has_more: bool,
}

/// List a conversation's messages
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = Uuid, Path), ListMessages),
    responses((status = 200, description = "Messages by number.", body = Messages))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    id: Path<ConversationId>,
    QueryParams(query): QueryParams<ListMessages>,
) -> Result<Json<Messages>, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let page = state.store.messages(*id, query.after_seq.unwrap_or(0), limit).await.map_err(failed)?;
    // A conversation has messages from its first moment on: only a page without any may be of none.
    if page.messages.is_empty() && state.store.conversation(*id).await.map_err(failed)?.is_none() {
        return Err(no_such_conversation());
    }
    let names = Names::read(&state.store).await?;
    let messages = page.messages.into_iter().map(|message| MessageView::new(message, &names)).collect();
    Ok(Json(Messages { messages, has_more: page.has_more }))
}
