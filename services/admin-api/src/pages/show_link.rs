//! `GET /r/{token}`: what the link in an SMS shows first. It changes nothing: messengers and mail scanners fetch links to
//! preview them. The button does what the link is for.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use deskbell_domain::token::LinkToken;
use deskbell_http::Problem;
use deskbell_store::model::link::Link;
use maud::html;

use super::layout::{page, refusal, see_other, sorry};
use crate::access::holder_of;
use crate::cookies::Purpose;
use crate::problems::failed;
use crate::state::AppState;

pub(crate) async fn handle(state: Data<AppState>, request: HttpRequest, token: Path<String>) -> HttpResponse {
    answer(&state, &request, &token).await.unwrap_or_else(|problem| refusal(&problem))
}

async fn answer(state: &AppState, request: &HttpRequest, token: &str) -> Result<HttpResponse, Problem> {
    let Ok(token) = LinkToken::parse(token) else { return Ok(unknown()) };
    let Some(link) = state.store.peek_link(token.hash()).await.map_err(failed)? else { return Ok(unknown()) };
    if is_open_here(state, request, &link).await? {
        return Ok(see_other("/r/chat"));
    }
    Ok(if link.revoked_at.is_some() {
        revoked()
    } else if link.spent_at.is_some() {
        spent()
    } else if link.expires_at <= state.now() {
        expired()
    } else {
        invitation()
    })
}

/// Whether this browser has opened the link before, and still may.
pub(super) async fn is_open_here(
    state: &AppState,
    request: &HttpRequest,
    link: &Link,
) -> Result<bool, Problem> {
    let Some(token) = Purpose::Chat.token(&state.site, request) else { return Ok(false) };
    let holder = holder_of(state, token.hash()).await?;
    Ok(holder.is_some_and(|holder| {
        holder.conversation_id == link.conversation_id && holder.recipient_id == link.recipient_id
    }))
}

fn invitation() -> HttpResponse {
    page(
        StatusCode::OK,
        "Open the chat",
        &html! {
            h1 { "A customer is waiting" }
            p { "This link opens one chat, once, in this browser." }
            // Without an action a form goes to the page's own address, the link itself.
            form method="post" {
                button type="submit" { "Open the chat" }
            }
        },
    )
}

pub(super) fn unknown() -> HttpResponse {
    sorry(
        StatusCode::NOT_FOUND,
        "This link is not known",
        "Perhaps a part of it was cut off.",
        "Tap the link in the SMS itself, or log in to the inbox.",
    )
}

pub(super) fn spent() -> HttpResponse {
    gone(
        "This link has been used",
        "It opens its chat once, in one browser. If that was not you, withdraw the links of this chat in the inbox.",
    )
}

pub(super) fn expired() -> HttpResponse {
    gone("This link is too old", "Links open their chat for a limited time.")
}

pub(super) fn revoked() -> HttpResponse {
    gone(
        "This link was withdrawn",
        "Somebody of the company has withdrawn it, or the number it was sent to has changed.",
    )
}

fn gone(title: &str, why: &str) -> HttpResponse {
    sorry(StatusCode::GONE, title, why, "Tap the link in the latest SMS, or log in to the inbox.")
}
