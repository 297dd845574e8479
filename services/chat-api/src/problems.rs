//! The problems that only this service has, and which of the store's errors becomes which.

use std::time::Duration;

use actix_web::http::StatusCode;
use deskbell_http::Problem;
use deskbell_store::{IngestError, StoreError, StoreResult};
use tokio::time::timeout;

/// How long a request waits for the database. The message of one that gave up may be stored all the same, and sending
/// it again with the same `client_message_id` finds out.
pub(crate) const STORAGE_TIMEOUT: Duration = Duration::from_secs(4);

const RETRY_AFTER: Duration = Duration::from_secs(2);

/// 404, whether there is no such conversation or the token is not its own.
pub(crate) fn conversation_not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "conversation_not_found", "No such conversation")
        .with_detail("there is no conversation with this id and visitor token")
}

/// What became of a message that was not stored.
pub(crate) fn not_stored(error: IngestError) -> Problem {
    match error {
        IngestError::NotFound => conversation_not_found(),
        IngestError::Conflict => Problem::conflict(
            "client_message_id_conflict",
            "this client_message_id was used for something else",
        ),
        IngestError::Overloaded => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too many messages at once")
                .with_detail("send the same message again in a moment")
                .with_retry_after(RETRY_AFTER)
        }
        IngestError::Unavailable(cause) => storage_unavailable(cause),
    }
}

/// The database took longer than [`STORAGE_TIMEOUT`].
pub(crate) fn storage_timeout() -> Problem {
    storage_unavailable(format!("no answer within {} s", STORAGE_TIMEOUT.as_secs()))
}

/// Waits for the answer of a query, within bounds.
///
/// # Errors
/// A 503 when the database is away, a bare 500 for what should never happen.
pub(crate) async fn read<T>(query: impl Future<Output = StoreResult<T>>) -> Result<T, Problem> {
    let answer = timeout(STORAGE_TIMEOUT, query).await.map_err(|_elapsed| storage_timeout())?;
    answer.map_err(|error| match error {
        StoreError::Unavailable(cause) => storage_unavailable(cause),
        unexpected => Problem::internal(unexpected),
    })
}

fn storage_unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage_unavailable", "The database is not available")
        .with_detail("send the same request again in a moment")
        .with_retry_after(RETRY_AFTER)
        .with_cause(cause)
}
