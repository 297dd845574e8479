//! `GET /api/v1/widget`: what the chat window shows before there is a conversation.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use deskbell_domain::Timestamp;
use deskbell_http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::business_hours::BusinessHours;
use crate::openapi::{OriginProblem, StorageProblem};
use crate::problems::read;
use crate::state::AppState;

const CACHED_FOR: &str = "max-age=15";

/// What the chat window shows before there is a conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct WidgetInfo {
    /// The company's name.
    #[schema(example = "Miller Plumbing")]
    business_name: String,
    /// Whether it is open.
    open: bool,
    /// When it opens again, if it is closed and that is known (RFC 3339, UTC).
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    open_again_at: Option<Timestamp>,
    /// How long a first answer took lately (the median, in seconds); null when too few were given to tell.
    #[schema(required = true, minimum = 0)]
    answers_within_s: Option<u64>,
    /// Whether a visitor may say that a message is urgent.
    urgent_allowed: bool,
}

/// Tells about the company.
#[utoipa::path(
    get,
    path = "/api/v1/widget",
    tag = "widget",
    responses(
        (status = 200, description = "The company, its hours and how fast it answers", body = WidgetInfo),
        StorageProblem,
        OriginProblem,
    ),
)]
pub(crate) async fn show_widget(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let settings = state.settings.current();
    let hours = BusinessHours::new(state.settings.clone(), state.clock.clone()).now();
    let median = read(state.answer_time.median(&state.store, state.clock.now())).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, CACHED_FOR)).json(WidgetInfo {
        business_name: settings.business_name.clone(),
        open: hours.open,
        open_again_at: hours.open_again_at,
        answers_within_s: median.map(|median| median.as_secs()),
        urgent_allowed: settings.visitor_may_mark_urgent,
    }))
}
