//! `POST /twilio/status/{attempt_id}`: what became of a message.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use deskbell_domain::AttemptId;
use deskbell_domain::delivery::StatusReport;
use deskbell_http::{BoundedBody, Problem};
use deskbell_twilio::callback::StatusCallback;
use deskbell_twilio::{ErrorClass, explain};
use uuid::Uuid;

use super::{AppState, signed};
use crate::channels::{rejection, status_of};
use crate::engine::Report;

/// Takes a status callback in. Repeated, late and reordered ones end in the same state.
#[utoipa::path(
    post,
    path = "/twilio/status/{attempt_id}",
    params(("attempt_id" = Uuid, Path, description = "The attempt, as its callback URL names it")),
    responses(
        (status = 204, description = "Taken in, or of an attempt that is not known"),
        (status = 400, description = "Signed, but not a status callback"),
        (status = 403, description = "Not signed by Twilio for this address"),
        (status = 503, description = "The database did not answer")
    )
)]
pub(super) async fn status(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<Uuid>,
    body: BoundedBody,
) -> Result<HttpResponse, Problem> {
    let params = signed::verified(&state, &request, &body.0)?;
    let callback = StatusCallback::parse(&params)
        .map_err(|error| Problem::bad_request("invalid_callback", error.to_string()))?;
    let known = state
        .engine
        .report(Report {
            attempt_id: AttemptId::from_uuid(*path),
            report: report(&callback),
            status_text: callback.status.as_str().to_owned(),
            sid: callback.message_sid,
        })
        .await
        .map_err(|error| super::storage_unavailable(&error))?;
    let result = if known { "known" } else { "unknown" };
    metrics::counter!("twilio_callbacks_total", "attempt" => result).increment(1);
    Ok(HttpResponse::NoContent().finish())
}

fn report(callback: &StatusCallback) -> StatusReport {
    let class = callback.error_code.map(|code| explain(code).class);
    StatusReport {
        status: status_of(&callback.status),
        code: callback.error_code,
        rejection: class.map(rejection),
        passing: matches!(class, Some(ErrorClass::Later | ErrorClass::Backoff)),
    }
}
