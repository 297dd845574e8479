//! `POST /api/v1/users`: adds a user with a first password.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_domain::UserId;
use deskbell_http::{JsonBody, Problem};
use deskbell_store::model::user::{User, UserRole};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::AdminUser;
use crate::audit;
use crate::bootstrap::is_address;
use crate::passwords::NewPassword;
use crate::problems::failed;
use crate::state::AppState;
use crate::view::schema;
use crate::view::user::UserView;

/// A user to add.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddUser {
    #[validate(custom(function = "address"))]
    email: String,
    #[validate(length(min = 1, max = 100))]
    name: String,
    #[schema(value_type = schema::UserRole)]
    role: Role,
    /// 8 characters to 256 bytes.
    #[schema(value_type = String, format = Password)]
    password: NewPassword,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Role {
    Admin,
    Agent,
}

/// Add a user
#[utoipa::path(post, path = "/api/v1/users", operation_id = "add_user", tag = "users", request_body = AddUser, responses(
    (status = 201, description = "Added.", body = UserView)
))]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    JsonBody(body): JsonBody<AddUser>,
) -> Result<HttpResponse, Problem> {
    let user = User {
        id: UserId::mint(&*state.clock),
        email: body.email.trim().to_lowercase(),
        name: body.name.trim().to_owned(),
        role: match body.role {
            Role::Admin => UserRole::Admin,
            Role::Agent => UserRole::Agent,
        },
        password_hash: state.passwords.hash(body.password).await?,
        created_at: state.now(),
        disabled_at: None,
    };
    let detail = json!({ "email": user.email, "name": user.name, "role": user.role.as_str() });
    let target = format!("user:{}", user.id);
    let entry = audit::entry(&*state.clock, &admin.actor(), "user.create", target, detail);
    if !state.store.add_user_audited(&user, &entry).await.map_err(failed)? {
        return Err(Problem::conflict("email_taken", "there is a user with this mail address already")
            .with_field("/email", "belongs to another user"));
    }
    Ok(HttpResponse::Created().json(UserView::from(user)))
}

fn address(email: &str) -> Result<(), ValidationError> {
    if is_address(email.trim()) {
        return Ok(());
    }
    Err(ValidationError::new("email"))
}
