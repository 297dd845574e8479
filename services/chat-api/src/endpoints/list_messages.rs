//! `GET /api/v1/conversations/{id}/messages`: what was written, in order, page by page.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::ConversationId;
use deskbell_http::{ClientIp, Problem, QueryParams};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::message::MessageView;
use crate::openapi::{OriginProblem, QueryProblems, VisitorProblems};
use crate::problems::{conversation_not_found, read};
use crate::state::AppState;
use crate::visitor_auth::VisitorAuth;

const PAGE_DEFAULT: u16 = 50;
const PAGE_MAX: u16 = 200;

/// Which part of the conversation.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMessagesQuery {
    /// Only messages with a higher number.
    #[serde(default)]
    #[validate(range(min = 0))]
    #[param(minimum = 0, default = 0)]
    after_seq: i64,
    /// Most messages on the page.
    #[serde(default = "page_default")]
    #[validate(range(min = 1, max = PAGE_MAX))]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
}

const fn page_default() -> u16 {
    PAGE_DEFAULT
}

/// A page of messages, ordered by `seq`.
#[derive(Serialize, ToSchema)]
#[schema(as = MessagePage)]
pub(crate) struct ListMessagesResponse {
    /// The messages.
    messages: Vec<MessageView>,
    /// Whether there are more after the last of these.
    has_more: bool,
}

/// Reads the visitor's conversation.
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/messages",
    tag = "conversations",
    params(
        ("conversation_id" = String, Path, format = Uuid, description = "The conversation"),
        ListMessagesQuery,
    ),
    responses(
        (status = 200, description = "A page of messages", body = ListMessagesResponse),
        VisitorProblems,
        QueryProblems,
        OriginProblem,
    ),
    security(("visitor_token" = [])),
)]
pub(crate) async fn list_messages(
    state: Data<AppState>,
    client: ClientIp,
    VisitorAuth(token_hash): VisitorAuth,
    conversation_id: Path<ConversationId>,
    QueryParams(query): QueryParams<ListMessagesQuery>,
) -> Result<Json<ListMessagesResponse>, Problem> {
    state.limits.count_read(client.network())?;
    let id = conversation_id.into_inner();
    if !read(state.store.visitor_may_read(id, token_hash)).await? {
        return Err(conversation_not_found());
    }
    let page = read(state.store.messages(id, query.after_seq, query.limit)).await?;
    let messages = page.messages.into_iter().map(MessageView::from).collect();
    Ok(Json(ListMessagesResponse { messages, has_more: page.has_more }))
}
