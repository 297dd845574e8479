//! `GET /api/v1/notifications/deliveries`: the log of deliveries, newest first.

use actix_web::web::{Data, Json};
use deskbell_domain::delivery::DeliveryState;
use deskbell_domain::{ConversationId, DeliveryId};
use deskbell_http::{Problem, QueryParams};
use deskbell_store::model::delivery::{Delivery, DeliveryFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::access::CurrentUser;
use crate::paging::{DEFAULT_LIMIT, cut, probing, read_id};
use crate::problems::failed;
use crate::state::AppState;
use crate::view::delivery::{DeliveryView, Detail, with_attempts};
use crate::view::schema;

/// Which deliveries.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListDeliveries {
    /// Only those about this conversation.
    #[param(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    /// Only those that stand there.
    #[param(value_type = Option<schema::DeliveryState>)]
    status: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[validate(range(min = 1, max = 200))]
    limit: Option<u16>,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    deliveries: Vec<DeliveryView>,
    /// Leads to the next page; null on the last.
    next_cursor: Option<String>,
}

/// List deliveries
#[utoipa::path(get, path = "/api/v1/notifications/deliveries", operation_id = "list_deliveries", tag = "notifications",
    params(ListDeliveries), responses((status = 200, description = "A page, newest first.", body = DeliveryPage))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    QueryParams(query): QueryParams<ListDeliveries>,
) -> Result<Json<DeliveryPage>, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let filter = query.filter()?;
    let rows = state.store.deliveries(&filter, i64::from(probing(limit))).await.map_err(failed)?;
    let (rows, next_cursor) = cut(rows, limit, |last: &Delivery| last.id.to_string());
    let deliveries = with_attempts(&state.store, rows, Detail::for_admin(user.is_admin())).await?;
    Ok(Json(DeliveryPage { deliveries, next_cursor }))
}

impl ListDeliveries {
    fn filter(&self) -> Result<DeliveryFilter, Problem> {
        let state = self.status.as_deref().map(str::parse::<DeliveryState>).transpose();
        let state = state.map_err(|_| {
            let names = DeliveryState::ALL.map(DeliveryState::as_str).join(", ");
            Problem::bad_request("invalid_query", "some parameters are not valid")
                .with_field("status", format!("must be one of {names}"))
        })?;
        let before: Option<DeliveryId> = read_id(self.cursor.as_deref())?;
        Ok(DeliveryFilter { conversation_id: self.conversation_id, state, before })
    }
}
