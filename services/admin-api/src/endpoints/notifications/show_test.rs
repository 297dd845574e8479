//! `GET /api/v1/notifications/test/{event_id}`: how far a test notification has come, for each recipient.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::EventId;
use deskbell_domain::notice::NoticeKind;
use deskbell_events::EventName;
use deskbell_http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::failed;
use crate::state::AppState;
use crate::view::delivery::{DeliveryView, Detail, with_attempts};

const DELIVERIES_MAX: i64 = 200;

/// How far a test has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestStatus {
    #[schema(value_type = Uuid)]
    event_id: EventId,
    /// Whether nothing more is expected. Without delivery receipts a text stays `sent`, and this false.
    done: bool,
    /// One for each recipient; none while the notifier has not heard of the test yet.
    deliveries: Vec<DeliveryView>,
}

/// Show how far a test notification has come
#[utoipa::path(get, path = "/api/v1/notifications/test/{event_id}", operation_id = "show_test", tag = "notifications",
    params(("event_id" = Uuid, Path)),
    responses((status = 200, description = "How far it has come.", body = TestStatus))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    event_id: Path<EventId>,
) -> Result<Json<TestStatus>, Problem> {
    let mut planned = state.store.deliveries_for(*event_id, DELIVERIES_MAX).await.map_err(failed)?;
    planned.retain(|delivery| delivery.kind == NoticeKind::Test);
    if planned.is_empty() {
        let name = state.store.event_name(*event_id).await.map_err(failed)?;
        if name.as_deref() != Some(EventName::TestNotification.as_str()) {
            return Err(Problem::not_found("there is no such test notification"));
        }
    }
    let deliveries = with_attempts(&state.store, planned, Detail::Full).await?;
    let done = !deliveries.is_empty() && deliveries.iter().all(|delivery| delivery.step().is_last());
    Ok(Json(TestStatus { event_id: *event_id, done, deliveries }))
}
