//! Who may call what. The gate stands before every route of the table, and denies by default: a handler that asks for
//! a user gets none unless the gate has let one in.

mod origin;
mod principal;

pub(crate) use principal::{AdminUser, CurrentUser, LinkHolder};

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest as _, HttpMessage as _};
use deskbell_domain::token::TokenHash;
use deskbell_http::{ClientIp, Problem};
use deskbell_store::model::user::{Session, User, UserRole};

use crate::cookies::Purpose;
use crate::pages;
use crate::problems::failed;
use crate::state::AppState;

/// A session that is in use is prolonged when this share of its life has passed.
const PROLONG_SHARE: u32 = 24;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Anyone,
    /// Whoever is logged in, as AGENT or ADMIN.
    User,
    /// Whoever is logged in as ADMIN.
    Admin,
    /// Whoever has opened a chat by the link in an SMS: that chat, and nothing else.
    Link,
}

/// Lets a request through to its route, or refuses it: as a problem to programs, as a page to people.
pub(crate) async fn gate(
    access: Access,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    match admit(access, &request).await {
        Ok(()) => next.call(request).await,
        Err(problem) if request.path().starts_with("/api/") => Ok(request.error_response(problem)),
        Err(problem) => {
            let page = pages::refusal(&problem);
            Ok(request.into_response(page))
        }
    }
}

async fn admit(access: Access, request: &ServiceRequest) -> Result<(), Problem> {
    let state =
        request.app_data::<Data<AppState>>().ok_or_else(|| Problem::internal("the routes have no state"))?;
    let Ok(client) = ClientIp::extract(request.request()).await;
    state.limits.requests.check(&client.network())?;
    if !request.method().is_safe() {
        origin::check(request.headers(), &state.site)?;
    }
    match access {
        Access::Anyone => Ok(()),
        Access::User | Access::Admin => {
            let user = logged_in(state, request).await?;
            if access == Access::Admin && user.role != UserRole::Admin {
                return Err(Problem::forbidden("only an ADMIN may do this"));
            }
            request.extensions_mut().insert(user);
            Ok(())
        }
        Access::Link => {
            let holder = opened_by_link(state, request).await?;
            request.extensions_mut().insert(holder);
            Ok(())
        }
    }
}

async fn logged_in(state: &AppState, request: &ServiceRequest) -> Result<CurrentUser, Problem> {
    let nobody = || Problem::unauthorized("log in first: POST /api/v1/session");
    let token = Purpose::Panel.token(&state.site, request.request()).ok_or_else(nobody)?.hash();
    match state.store.session(token, state.now()).await.map_err(failed)? {
        Some((session, Some(user))) => {
            prolong(state, token, &session).await?;
            Ok(CurrentUser::new(user, token))
        }
        // The bearer of a link is not a user, whichever cookie the token is put into.
        Some((_, None)) | None => Err(nobody()),
    }
}

async fn prolong(state: &AppState, token: TokenHash, session: &Session) -> Result<(), Problem> {
    let ttl = state.site.session_ttl;
    let left: Duration = session.expires_at.since(state.now());
    if left < ttl - ttl / PROLONG_SHARE {
        state.store.extend_session(token, state.now().plus(ttl)).await.map_err(failed)?;
    }
    Ok(())
}

async fn opened_by_link(state: &AppState, request: &ServiceRequest) -> Result<LinkHolder, Problem> {
    let holder = match Purpose::Chat.token(&state.site, request.request()) {
        Some(token) => holder_of(state, token.hash()).await?,
        None => None,
    };
    holder.ok_or_else(|| Problem::unauthorized("open the link in the SMS first"))
}

/// Whose link the token stands for, while it is good.
pub(crate) async fn holder_of(state: &AppState, token: TokenHash) -> Result<Option<LinkHolder>, Problem> {
    let session: Option<(Session, Option<User>)> =
        state.store.session(token, state.now()).await.map_err(failed)?;
    Ok(session.and_then(|(session, _)| {
        Some(LinkHolder { conversation_id: session.conversation_id?, recipient_id: session.recipient_id? })
    }))
}
