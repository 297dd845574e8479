//! Which of the store's errors becomes which answer, and the problems that several endpoints share.

use actix_web::http::StatusCode;
use deskbell_http::Problem;
use deskbell_store::StoreError;

/// Why a query has no answer.
pub(crate) fn failed(error: StoreError) -> Problem {
    if error.is_transient() {
        return Problem::unavailable("the database is not available, try again in a moment", error);
    }
    Problem::internal(error)
}

/// 404 about a conversation.
pub(crate) fn no_such_conversation() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "conversation_not_found", "No such conversation")
}

/// 404 about a recipient.
pub(crate) fn no_such_recipient() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "recipient_not_found", "No such recipient")
}

/// 409: another recipient has the number.
pub(crate) fn number_taken() -> Problem {
    Problem::conflict("number_taken", "another recipient has this number already")
        .with_field("/phone", "belongs to another recipient")
}
