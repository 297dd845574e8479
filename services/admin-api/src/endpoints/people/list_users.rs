//! `GET /api/v1/users`: to whom a conversation can be assigned.

use actix_web::web::{Data, Json};
use deskbell_http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::failed;
use crate::state::AppState;
use crate::view::user::{USERS_MAX, UserView};

/// All users.
#[derive(Serialize, ToSchema)]
pub(crate) struct Users {
    users: Vec<UserView>,
}

/// List users
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "users", responses(
    (status = 200, description = "All users, the first one first.", body = Users)
))]
pub(crate) async fn handle(state: Data<AppState>) -> Result<Json<Users>, Problem> {
    let users = state.store.users(USERS_MAX).await.map_err(failed)?;
    Ok(Json(Users { users: users.into_iter().map(UserView::from).collect() }))
}
