//! Forms that Twilio has signed; anything else is refused before it is read as one.

use actix_web::HttpRequest;
use actix_web::web::Bytes;
use deskbell_http::Problem;
use deskbell_twilio::callback::parse_form;
use deskbell_twilio::signature;

use super::AppState;

/// Most parameters that are read of a form.
const PARAMS_MAX: usize = 200;

/// The form's parameters, if the signature is right for the public URL.
///
/// # Errors
/// 403 for a signature that is missing or wrong; it reveals nothing else.
pub(super) fn verified(
    state: &AppState,
    request: &HttpRequest,
    body: &Bytes,
) -> Result<Vec<(String, String)>, Problem> {
    let refused = || {
        metrics::counter!("twilio_callbacks_refused_total").increment(1);
        Problem::forbidden(
            "The request is not signed by Twilio for this address. If it comes from Twilio, PUBLIC_NOTIFIER_URL or \
             TWILIO_AUTH_TOKEN is not right.",
        )
    };
    let token = state.auth_token.as_ref().ok_or_else(refused)?;
    let given =
        request.headers().get(signature::HEADER).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    let params = parse_form(body);
    if params.len() > PARAMS_MAX {
        return Err(refused());
    }
    let url = format!("{}{}", state.public_url, request.uri());
    if signature::validate(token, given, &url, &params) { Ok(params) } else { Err(refused()) }
}
