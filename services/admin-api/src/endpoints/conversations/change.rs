//! What claim, assign, close and reopen have in common: one change with its audit line, then a hint.

use actix_web::web::Json;
use deskbell_domain::ConversationId;
use deskbell_http::Problem;
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::{Changed, ConversationChange};
use serde_json::Value;

use crate::access::CurrentUser;
use crate::audit;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::conversation::ConversationView;
use crate::view::user::Names;

pub(super) async fn apply(
    state: &AppState,
    user: &CurrentUser,
    id: ConversationId,
    change: ConversationChange,
    detail: Value,
) -> Result<Json<ConversationView>, Problem> {
    let entry =
        audit::entry(&*state.clock, &user.actor(), action(change), audit::of_conversation(id), detail);
    let changed = state.store.change_conversation_audited(id, change, &entry).await.map_err(failed)?;
    let names = Names::read(&state.store).await?;
    match changed {
        Changed::Done(conversation) => {
            hint::tell(&state.bus, id, Happened::Changed);
            Ok(Json(ConversationView::new(*conversation, &names)))
        }
        Changed::TakenBy(other) => {
            Err(Problem::conflict("already_claimed", format!("{} has this conversation", names.of(other))))
        }
        Changed::NotFound => Err(no_such_conversation()),
    }
}

const fn action(change: ConversationChange) -> &'static str {
    match change {
        ConversationChange::Claim(_) | ConversationChange::TakeUp => "conversation.claim",
        ConversationChange::Assign(_) => "conversation.assign",
        ConversationChange::Close => "conversation.close",
        ConversationChange::Reopen => "conversation.reopen",
    }
}
