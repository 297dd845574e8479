//! `GET /api/v1/health`: whether notices get out, at one glance. An old due notice is an alarm: somebody is waiting.

use actix_web::web::{Data, Json};
use deskbell_domain::Timestamp;
use deskbell_http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::failed;
use crate::state::AppState;

/// How the notices stand.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`, or `alarm` when a due notice is too old, nothing is sent, or the broker is away.
    #[schema(example = "ok")]
    status: &'static str,
    /// When the oldest notice became due that is not settled yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_due_at: Option<Timestamp>,
    oldest_due_age_s: Option<f64>,
    /// Notices that are due and not settled.
    unsettled: i64,
    /// Notices of which nobody knows whether they arrived.
    unknown: i64,
    /// Messages set aside: `GET /api/v1/dead-letters`.
    dead_letters: i64,
    /// Events that the broker has not taken yet.
    unpublished: i64,
    /// Until when nothing is sent, because the provider's account or settings are not right.
    #[schema(value_type = Option<String>, format = DateTime)]
    circuit_open_until: Option<Timestamp>,
    /// Whether the broker takes events.
    broker_ready: bool,
}

/// Show whether notices get out
#[utoipa::path(get, path = "/api/v1/health", operation_id = "show_health", tag = "operations",
    responses((status = 200, description = "How the notices stand.", body = Health))
)]
pub(crate) async fn handle(state: Data<AppState>) -> Result<Json<Health>, Problem> {
    let now = state.now();
    let notices = state.store.notice_health(now).await.map_err(failed)?;
    let age = notices.oldest_due_at.map(|due| now.since(due));
    let broker_ready = state.bus.health().is_ready();
    let late = age.is_some_and(|age| age > state.site.due_alarm);
    let alarm = late || notices.circuit_until.is_some() || !broker_ready;
    Ok(Json(Health {
        status: if alarm { "alarm" } else { "ok" },
        oldest_due_at: notices.oldest_due_at,
        oldest_due_age_s: age.map(|age| age.as_secs_f64()),
        unsettled: notices.unsettled,
        unknown: notices.unknown,
        dead_letters: notices.quarantined,
        unpublished: notices.unpublished,
        circuit_open_until: notices.circuit_until,
        broker_ready,
    }))
}
