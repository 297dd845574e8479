//! `PUT /api/v1/me/password`: a new password for oneself. Ends all of one's sessions, this one too.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_http::{JsonBody, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::CurrentUser;
use crate::audit;
use crate::cookies::Purpose;
use crate::passwords::{NewPassword, Password};
use crate::problems::failed;
use crate::state::AppState;

/// Both passwords.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    #[schema(value_type = String, format = Password)]
    current: Password,
    /// 8 characters to 256 bytes.
    #[schema(value_type = String, format = Password)]
    new: NewPassword,
}

/// Change one's password
#[utoipa::path(put, path = "/api/v1/me/password", operation_id = "change_password", tag = "session",
    request_body = ChangePassword, responses((status = 204, description = "Changed; log in again."))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    JsonBody(body): JsonBody<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    state.limits.logins_to.check(&user.email)?;
    let known = state.store.user(user.id).await.map_err(failed)?;
    let known = known.ok_or_else(|| Problem::unauthorized("this user is gone"))?;
    if !state.passwords.fits(body.current, Some(&known.password_hash)).await? {
        return Err(Problem::invalid_field("/current", "is not your password"));
    }
    let hash = state.passwords.hash(body.new).await?;
    let entry =
        audit::entry(&*state.clock, &user.actor(), "user.password", format!("user:{}", user.id), json!({}));
    state.store.change_password(&known, &hash, &entry).await.map_err(failed)?;
    Ok(HttpResponse::NoContent().cookie(Purpose::Panel.cleared(&state.site)).finish())
}
