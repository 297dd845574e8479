//! `POST /api/v1/session`: begins a session.
//!
//! Unknown address, wrong password and a user who is switched off get the same answer after the same work. The token is
//! new each time and only its hash is stored, so nobody can plant one; a session that the browser had before ends.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use deskbell_domain::token::SessionToken;
use deskbell_http::{ClientIp, JsonBody, Problem};
use deskbell_store::model::user::{Session, User};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::cookies::Purpose;
use crate::passwords::Password;
use crate::problems::failed;
use crate::state::AppState;

/// Who wants to log in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogIn {
    #[validate(length(min = 1, max = 254))]
    #[schema(example = "admin@localhost")]
    email: String,
    #[schema(value_type = String, format = Password)]
    password: Password,
}

/// Log in
#[utoipa::path(post, path = "/api/v1/session", operation_id = "log_in", tag = "session", request_body = LogIn, responses(
    (status = 204, description = "Logged in; the session is the cookie.")
))]
pub(crate) async fn handle(
    state: Data<AppState>,
    client: ClientIp,
    request: HttpRequest,
    JsonBody(body): JsonBody<LogIn>,
) -> Result<HttpResponse, Problem> {
    let email = body.email.trim().to_lowercase();
    state.limits.logins_from.check(&client.network())?;
    state.limits.logins_to.check(&email)?;

    let user = state.store.user_by_email(&email).await.map_err(failed)?;
    let user = user.filter(|user| user.disabled_at.is_none());
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    let fits = state.passwords.fits(body.password, hash).await?;
    let Some(user) = user.filter(|_| fits) else { return Err(wrong_credentials()) };

    if let Some(before) = Purpose::Panel.token(&state.site, &request) {
        state.store.end_session(before.hash()).await.map_err(failed)?;
    }
    let token = begin_session(&state, &user).await?;
    Ok(HttpResponse::NoContent().cookie(Purpose::Panel.holding(&state.site, &token, None)).finish())
}

async fn begin_session(state: &AppState, user: &User) -> Result<SessionToken, Problem> {
    let token = SessionToken::generate(&mut rand::rng());
    let now = state.now();
    let session = Session {
        user_id: Some(user.id),
        conversation_id: None,
        recipient_id: None,
        created_at: now,
        expires_at: now.plus(state.site.session_ttl),
    };
    state.store.add_session(token.hash(), &session).await.map_err(failed)?;
    Ok(token)
}

fn wrong_credentials() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "The mail address or the password is wrong")
}
