//! `DELETE /api/v1/notifications/recipients/{id}`: nobody to tell any more. Their links are withdrawn.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use deskbell_domain::RecipientId;
use deskbell_http::Problem;

use crate::access::AdminUser;
use crate::audit;
use crate::problems::{failed, no_such_recipient};
use crate::state::AppState;

/// Remove a recipient
#[utoipa::path(delete, path = "/api/v1/notifications/recipients/{id}", operation_id = "remove_recipient",
    tag = "notifications", params(("id" = Uuid, Path)), responses((status = 204, description = "Removed."))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    id: Path<RecipientId>,
) -> Result<HttpResponse, Problem> {
    let known = state.store.recipients().await.map_err(failed)?;
    let recipient = known.iter().find(|recipient| recipient.id == *id).ok_or_else(no_such_recipient)?;
    let target = format!("recipient:{id}");
    let entry =
        audit::entry(&*state.clock, &admin.actor(), "recipient.delete", target, audit::about(recipient));
    if !state.store.remove_recipient(*id, &entry).await.map_err(failed)? {
        return Err(no_such_recipient());
    }
    Ok(HttpResponse::NoContent().finish())
}
