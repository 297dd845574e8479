//! `POST /twilio/inbound`: somebody answered an SMS. Opt-out words count; Twilio answers those itself.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use deskbell_http::{BoundedBody, Problem};
use deskbell_twilio::callback::{InboundMessage, OptOutType};

use super::{AppState, signed};

/// TwiML for "say nothing".
const SILENCE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

/// Takes an inbound message in.
#[utoipa::path(
    post,
    path = "/twilio/inbound",
    responses(
        (status = 200, description = "Taken in; the answer is empty TwiML", content_type = "text/xml"),
        (status = 400, description = "Signed, but not an inbound message"),
        (status = 403, description = "Not signed by Twilio for this address"),
        (status = 503, description = "The database did not answer")
    )
)]
pub(super) async fn inbound(
    state: Data<AppState>,
    request: HttpRequest,
    body: BoundedBody,
) -> Result<HttpResponse, Problem> {
    let params = signed::verified(&state, &request, &body.0)?;
    let message = InboundMessage::parse(&params)
        .map_err(|error| Problem::bad_request("invalid_callback", error.to_string()))?;
    let opted_out = match message.opt_out_word() {
        Some(OptOutType::Stop) => Some(true),
        Some(OptOutType::Start) => Some(false),
        Some(OptOutType::Help) | None => None,
    };
    if let Some(opted_out) = opted_out {
        state
            .engine
            .store()
            .set_opted_out(&message.from, opted_out)
            .await
            .map_err(|error| super::storage_unavailable(&error.into()))?;
    }
    Ok(HttpResponse::Ok().content_type("text/xml").body(SILENCE))
}
