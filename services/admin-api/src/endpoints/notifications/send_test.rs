//! `POST /api/v1/notifications/test`: an SMS to see whether they arrive. It costs money, so there are only a few an hour.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_domain::{EventId, RecipientId};
use deskbell_http::{JsonBody, Problem, RequestTrace};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::AdminUser;
use crate::problems::failed;
use crate::state::AppState;
use crate::{audit, events};

/// Whom to test.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendTest {
    /// Absent: all recipients.
    #[schema(value_type = Option<Uuid>)]
    recipient_id: Option<RecipientId>,
}

/// A test that is under way.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestSent {
    /// Names the test: see `GET /api/v1/notifications/test/{event_id}`.
    #[schema(value_type = Uuid)]
    event_id: EventId,
}

/// Send a test notification
#[utoipa::path(post, path = "/api/v1/notifications/test", operation_id = "send_test", tag = "notifications",
    request_body = SendTest, responses((status = 202, description = "Under way.", body = TestSent))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    trace: RequestTrace,
    JsonBody(body): JsonBody<SendTest>,
) -> Result<HttpResponse, Problem> {
    let known = state.store.recipients().await.map_err(failed)?;
    if let Some(id) = body.recipient_id
        && !known.iter().any(|recipient| recipient.id == id)
    {
        return Err(Problem::invalid_field("/recipient_id", "names no recipient"));
    }
    state.limits.tests.check(&())?;
    let event = events::test_notification(&*state.clock, body.recipient_id, admin.id, trace);
    let event_id = event.id;
    let detail = json!({ "event_id": event_id, "recipient_id": body.recipient_id });
    let entry = audit::entry(
        &*state.clock,
        &admin.actor(),
        "notifications.test",
        format!("event:{event_id}"),
        detail,
    );
    state.store.write_event_audited(&event, &entry, state.lease_until()).await.map_err(failed)?;
    state.publish(event);
    Ok(HttpResponse::Accepted().json(TestSent { event_id }))
}
