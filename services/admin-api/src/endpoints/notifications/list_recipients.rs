//! `GET /api/v1/notifications/recipients`: everybody who may be texted.

use actix_web::web::{Data, Json};
use deskbell_http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::failed;
use crate::state::AppState;
use crate::view::recipient::RecipientView;

/// All recipients.
#[derive(Serialize, ToSchema)]
pub(crate) struct Recipients {
    recipients: Vec<RecipientView>,
}

/// List recipients
#[utoipa::path(get, path = "/api/v1/notifications/recipients", operation_id = "list_recipients", tag = "notifications",
    responses((status = 200, description = "All recipients, the owner first.", body = Recipients))
)]
pub(crate) async fn handle(state: Data<AppState>) -> Result<Json<Recipients>, Problem> {
    let recipients = state.store.recipients().await.map_err(failed)?;
    Ok(Json(Recipients { recipients: recipients.into_iter().map(RecipientView::from).collect() }))
}
