//! `POST /r/{token}`: spends the link for a cookie that opens its chat, and nothing else.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use deskbell_domain::recipient::Recipient;
use deskbell_domain::token::{LinkToken, SessionToken};
use deskbell_http::Problem;
use deskbell_store::model::link::{Link, LinkUse};
use serde_json::json;

use super::layout::{refusal, see_other, see_other_with};
use super::show_link::{expired, is_open_here, revoked, spent, unknown};
use crate::audit::{self, Actor};
use crate::cookies::Purpose;
use crate::problems::failed;
use crate::state::AppState;

pub(crate) async fn handle(state: Data<AppState>, request: HttpRequest, token: Path<String>) -> HttpResponse {
    answer(&state, &request, &token).await.unwrap_or_else(|problem| refusal(&problem))
}

async fn answer(state: &AppState, request: &HttpRequest, token: &str) -> Result<HttpResponse, Problem> {
    let Ok(token) = LinkToken::parse(token) else { return Ok(unknown()) };
    let session = SessionToken::generate(&mut rand::rng());
    let now = state.now();
    let entry = |link: &Link, recipient: &Recipient| {
        let actor = Actor::link_of(&recipient.name);
        let target = audit::of_conversation(link.conversation_id);
        audit::entry(&*state.clock, &actor, "link.open", target, json!({ "recipient_id": link.recipient_id }))
    };
    let used = state.store.open_link(token.hash(), session.hash(), now, &entry).await.map_err(failed)?;
    Ok(match used {
        LinkUse::Spent(link) => {
            let seconds = i64::try_from(link.expires_at.since(now).as_secs()).unwrap_or(i64::MAX);
            let cookie = Purpose::Chat.holding(&state.site, &session, Some(seconds));
            see_other_with("/r/chat", cookie)
        }
        LinkUse::AlreadySpent => {
            let link = state.store.peek_link(token.hash()).await.map_err(failed)?;
            match link {
                Some(link) if is_open_here(state, request, &link).await? => see_other("/r/chat"),
                _ => spent(),
            }
        }
        LinkUse::Unknown => unknown(),
        LinkUse::Expired => expired(),
        LinkUse::Revoked => revoked(),
    })
}
