//! `PUT /api/v1/notifications/settings`: new settings, unless somebody else has changed them meanwhile.

use actix_web::web::{Data, Json};
use deskbell_domain::settings::NotificationSettings;
use deskbell_http::{JsonBody, Problem, RequestTrace};
use deskbell_live::hint;
use deskbell_store::SettingsChange;
use serde_json::Value;

use super::settings_body::SettingsBody;
use crate::access::AdminUser;
use crate::problems::failed;
use crate::state::AppState;
use crate::{audit, events};

/// Change the notification settings
#[utoipa::path(put, path = "/api/v1/notifications/settings", operation_id = "save_settings", tag = "notifications",
    request_body = SettingsBody,
    responses((status = 200, description = "The settings, with their new version.", body = SettingsBody))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    trace: RequestTrace,
    JsonBody(body): JsonBody<SettingsBody>,
) -> Result<Json<SettingsBody>, Problem> {
    let version = body.version;
    let settings = NotificationSettings::try_from(body)?;
    let before = state.store.settings().await.map_err(failed)?;
    if before.version != version {
        return Err(changed_meanwhile(before.version));
    }
    let detail = audit::difference(&as_json(&before.settings), &as_json(&settings));
    let entry =
        audit::entry(&*state.clock, &admin.actor(), "settings.update", "settings:notifications", detail);
    let event = events::settings_changed(&*state.clock, trace);
    let change = SettingsChange {
        settings: &settings,
        version,
        entry: &entry,
        event: &event,
        now: state.now(),
        lease_until: state.lease_until(),
    };
    let saved = state.store.change_settings(&change).await.map_err(failed)?;
    let version = saved.ok_or_else(|| changed_meanwhile(version + 1))?;
    state.publish(event);
    hint::tell_settings(&state.bus);
    Ok(Json(SettingsBody::new(settings, version)))
}

fn changed_meanwhile(version: i64) -> Problem {
    Problem::conflict(
        "settings_changed",
        format!("somebody has changed the settings meanwhile (version {version}): read them again"),
    )
}

fn as_json(settings: &NotificationSettings) -> Value {
    serde_json::to_value(settings).expect("settings are plain JSON")
}
