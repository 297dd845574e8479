//! `GET /api/v1/dead-letters`: messages from the broker that could not be handled, with the reason.

use actix_web::web::{Data, Json};
use deskbell_domain::{EventId, QuarantineId, Timestamp};
use deskbell_http::Problem;
use deskbell_store::model::event::Quarantined;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::failed;
use crate::state::AppState;

const SHOWN_MAX: i64 = 200;

/// The latest of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadLetters {
    dead_letters: Vec<DeadLetter>,
}

/// A message that was set aside.
#[derive(Serialize, ToSchema)]
struct DeadLetter {
    #[schema(value_type = Uuid)]
    id: QuarantineId,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// If it could be read.
    #[schema(value_type = Option<Uuid>)]
    event_id: Option<EventId>,
    /// The event's name, as the broker knew it.
    name: String,
    /// Why it could not be handled.
    reason: String,
    size_bytes: usize,
}

/// List dead letters
#[utoipa::path(get, path = "/api/v1/dead-letters", operation_id = "list_dead_letters", tag = "operations",
    responses((status = 200, description = "Those that were not replayed, newest first; at most 200.", body = DeadLetters))
)]
pub(crate) async fn handle(state: Data<AppState>) -> Result<Json<DeadLetters>, Problem> {
    let letters = state.store.quarantined(SHOWN_MAX).await.map_err(failed)?;
    Ok(Json(DeadLetters { dead_letters: letters.into_iter().map(DeadLetter::from).collect() }))
}

impl From<Quarantined> for DeadLetter {
    fn from(letter: Quarantined) -> Self {
        Self {
            id: letter.id,
            received_at: letter.received_at,
            event_id: letter.event_id,
            name: letter.name,
            reason: letter.reason,
            size_bytes: letter.payload.len(),
        }
    }
}
