//! `DELETE /api/v1/session`: ends the session.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_http::Problem;

use crate::access::CurrentUser;
use crate::cookies::Purpose;
use crate::problems::failed;
use crate::state::AppState;

/// Log out
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "log_out", tag = "session", responses(
    (status = 204, description = "Logged out.")
))]
pub(crate) async fn handle(state: Data<AppState>, user: CurrentUser) -> Result<HttpResponse, Problem> {
    state.store.end_session(user.session).await.map_err(failed)?;
    Ok(HttpResponse::NoContent().cookie(Purpose::Panel.cleared(&state.site)).finish())
}
