//! `GET /api/v1/me`: who is logged in.

use actix_web::web::Json;
use deskbell_domain::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::CurrentUser;
use crate::view::schema;

/// The user who is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[schema(value_type = Uuid)]
    id: UserId,
    email: String,
    name: String,
    #[schema(value_type = schema::UserRole)]
    role: &'static str,
}

/// Show who is logged in
#[utoipa::path(get, path = "/api/v1/me", operation_id = "show_me", tag = "session", responses(
    (status = 200, description = "The user.", body = Me)
))]
pub(crate) async fn handle(user: CurrentUser) -> Json<Me> {
    Json(Me { id: user.id, email: user.email, name: user.name, role: user.role.as_str() })
}
