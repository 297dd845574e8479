//! The last steps of every message: wait until it is committed, tell live connections, acknowledge.

use actix_web::http::StatusCode;
use deskbell_http::Problem;
use deskbell_store::model::conversation::Message;
use deskbell_store::{IngestError, Ingested};
use tokio::time::timeout;

use crate::live_hint;
use crate::problems::{STORAGE_TIMEOUT, not_stored, storage_timeout};
use crate::state::AppState;

/// A message that is committed.
pub(super) struct Stored {
    pub(super) message: Message,
    /// 201 when this request stored it, 200 when an earlier one had.
    pub(super) status: StatusCode,
}

/// Waits for the writer, within bounds.
pub(super) async fn stored(
    state: &AppState,
    outcome: impl Future<Output = Result<Ingested, IngestError>>,
) -> Result<Stored, Problem> {
    let ingested = timeout(STORAGE_TIMEOUT, outcome).await.map_err(|_elapsed| storage_timeout())?;
    match ingested.map_err(not_stored)? {
        Ingested::Created(message) => {
            live_hint::send(&state.bus, &message);
            Ok(Stored { message, status: StatusCode::CREATED })
        }
        Ingested::Repeated(message) => Ok(Stored { message, status: StatusCode::OK }),
    }
}
