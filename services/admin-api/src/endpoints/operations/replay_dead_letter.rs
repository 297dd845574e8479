//! `POST /api/v1/dead-letters/{id}/replay`: sends a message through once more, after its cause was mended.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use deskbell_domain::{EventId, QuarantineId};
use deskbell_events::EventName;
use deskbell_http::Problem;
use deskbell_store::model::event::OutboxEvent;
use serde_json::json;

use crate::access::AdminUser;
use crate::audit;
use crate::problems::failed;
use crate::state::AppState;

/// Replay a dead letter
#[utoipa::path(post, path = "/api/v1/dead-letters/{id}/replay", operation_id = "replay_dead_letter", tag = "operations",
    params(("id" = Uuid, Path)), responses((status = 202, description = "On its way once more."))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    id: Path<QuarantineId>,
) -> Result<HttpResponse, Problem> {
    let letter = state.store.quarantined_message(*id).await.map_err(failed)?;
    let letter = letter.ok_or_else(|| Problem::not_found("there is no such dead letter"))?;
    // The name is the routing key: under one that nobody is bound to, it would never arrive anywhere.
    let name = EventName::parse(&letter.name).map_err(|unknown| {
        Problem::conflict("not_replayable", format!("{unknown}: {:?} cannot be replayed", letter.name))
    })?;
    let event = OutboxEvent {
        id: letter.event_id.unwrap_or_else(|| EventId::mint(&*state.clock)),
        name: name.as_str().to_owned(),
        payload: letter.payload.clone(),
    };
    let detail = json!({ "event_id": event.id, "name": event.name });
    let entry = audit::entry(
        &*state.clock,
        &admin.actor(),
        "dead_letter.replay",
        format!("dead_letter:{id}"),
        detail,
    );
    if !state.store.replay_audited(&letter, &event, &entry).await.map_err(failed)? {
        return Err(Problem::conflict("already_replayed", "somebody has replayed this dead letter already"));
    }
    state.publish(event);
    Ok(HttpResponse::Accepted().finish())
}
