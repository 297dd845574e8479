//! `GET /api/v1/conversations`: the inbox, the latest message first.

use actix_web::web::{Data, Json};
use deskbell_domain::conversation::ConversationStatus;
use deskbell_http::{Problem, QueryParams};
use deskbell_store::model::conversation::ConversationFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::paging::{DEFAULT_LIMIT, cut, place_of, probing, read_place};
use crate::problems::failed;
use crate::state::AppState;
use crate::view::conversation::ConversationView;
use crate::view::schema;
use crate::view::user::Names;

/// Which conversations.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListConversations {
    /// Only those that stand there.
    #[param(value_type = Option<schema::ConversationStatus>)]
    status: Option<ConversationStatus>,
    /// Only those whose customer's name, mail address or phone contains this.
    #[validate(length(max = 100))]
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[validate(range(min = 1, max = 200))]
    limit: Option<u16>,
}

/// A page of the inbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationPage {
    conversations: Vec<ConversationView>,
    /// Leads to the next page; null on the last.
    next_cursor: Option<String>,
}

/// List conversations
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "conversations",
    params(ListConversations),
    responses((status = 200, description = "A page, the latest message first.", body = ConversationPage))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    QueryParams(query): QueryParams<ListConversations>,
) -> Result<Json<ConversationPage>, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let before = query.cursor.as_deref().map(read_place).transpose()?;
    let text = query.q.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_deref().is_some_and(|text| text.contains('\0')) {
        return Err(Problem::bad_request("invalid_query", "the text to search for contains NUL"));
    }
    let filter = ConversationFilter { status: query.status, text, before };
    let rows = state.store.conversations(&filter, probing(limit)).await.map_err(failed)?;
    let (rows, next_cursor) = cut(rows, limit, place_of);
    let names = Names::read(&state.store).await?;
    let conversations = rows.into_iter().map(|row| ConversationView::new(row, &names)).collect();
    Ok(Json(ConversationPage { conversations, next_cursor }))
}
