//! `GET /api/v1/notifications/settings`: the settings in force.

use actix_web::web::{Data, Json};
use deskbell_http::Problem;

use super::settings_body::SettingsBody;
use crate::problems::failed;
use crate::state::AppState;

/// Show the notification settings
#[utoipa::path(get, path = "/api/v1/notifications/settings", operation_id = "show_settings", tag = "notifications",
    responses((status = 200, description = "The settings in force.", body = SettingsBody))
)]
pub(crate) async fn handle(state: Data<AppState>) -> Result<Json<SettingsBody>, Problem> {
    let stored = state.store.settings().await.map_err(failed)?;
    Ok(Json(SettingsBody::new(stored.settings, stored.version)))
}
