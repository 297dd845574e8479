//! The last steps of every message: wait until it is committed, tell live connections, acknowledge.

use actix_web::http::StatusCode;
use deskbell_http::Problem;
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::Message;
use deskbell_store::{IngestError, Ingested};
use tokio::time::timeout;

use crate::problems::{STORAGE_TIMEOUT, not_stored, storage_timeout};
use crate::state::AppState;

/// A message that is committed.
pub(crate) struct Stored {
    pub(crate) message: Message,
    /// 201 when this request stored it, 200 when an earlier one had.
    pub(crate) status: StatusCode,
}

/// Waits for the writer, within bounds.
pub(crate) async fn stored(
    state: &AppState,
    outcome: impl Future<Output = Result<Ingested, IngestError>>,
) -> Result<Stored, Problem> {
    let ingested = timeout(STORAGE_TIMEOUT, outcome).await.map_err(|_elapsed| storage_timeout())?;
    match ingested.map_err(not_stored)? {
        Ingested::Created(message) => {
            state.live.rooms.publish(&message);
            hint::tell(&state.bus, message.conversation_id, Happened::Message { seq: message.seq });
            Ok(Stored { message, status: StatusCode::CREATED })
        }
        Ingested::Repeated(message) => Ok(Stored { message, status: StatusCode::OK }),
    }
}
