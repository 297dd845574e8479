//! The routes, as one list.

mod inbound;
mod signed;
mod status;

use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use deskbell_http::{BodyLimit, Probes, Problem};
use secrecy::SecretString;
use utoipa::OpenApi;

use crate::engine::{Engine, StepError};

/// Twilio's forms are a few hundred bytes; an inbound MMS with ten attachments stays below this.
const FORM_BYTES_MAX: usize = 64 * 1024;
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the handlers need.
pub(crate) struct AppState {
    pub(crate) engine: Engine,
    /// What callbacks are signed with; without it there is nobody who could call.
    pub(crate) auth_token: Option<SecretString>,
    /// Where Twilio thinks this service is, without a slash at the end.
    pub(crate) public_url: String,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Deskbell sms-notifier", description = "What Twilio calls: receipts and inbound messages."),
    paths(status::status, inbound::inbound)
)]
pub(crate) struct ApiDoc;

/// Twilio asks again only when no connection could be made, so this is logged: the list of messages still knows.
fn storage_unavailable(error: &StepError) -> Problem {
    tracing::error!(error = %error, "a callback could not be written down");
    Problem::unavailable("storage_unavailable", "The database does not answer.").with_retry_after(RETRY_AFTER)
}

pub(crate) fn configure(routes: &mut ServiceConfig, state: Data<AppState>, probes: &Probes) {
    probes.configure(routes);
    routes
        .app_data(state)
        .app_data(BodyLimit(FORM_BYTES_MAX))
        .service(web::resource("/twilio/status/{attempt_id}").route(web::post().to(status::status)))
        .service(web::resource("/twilio/inbound").route(web::post().to(inbound::inbound)));
}
