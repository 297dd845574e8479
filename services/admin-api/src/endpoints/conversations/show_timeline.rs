//! `GET /api/v1/conversations/{id}/timeline`: everything that happened in a conversation in the order of time: messages,
//! who did what with it, and who was notified with how far that came.

use actix_web::web::{Data, Json, Path};
use deskbell_domain::{ConversationId, Timestamp};
use deskbell_http::Problem;
use deskbell_store::model::admin::AuditEntry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::CurrentUser;
use crate::audit;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::conversation::MessageView;
use crate::view::delivery::{DeliveryView, Detail, with_attempts};
use crate::view::user::Names;

/// Most of each kind.
const SHOWN_MAX: u16 = 500;

/// What happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct Timeline {
    entries: Vec<TimelineEntry>,
    /// Whether there is more than is shown: earlier messages, or later notices and changes.
    truncated: bool,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelineEntry {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[serde(flatten)]
    what: What,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = TimelineEvent)]
enum What {
    /// A message was written.
    Message { message: MessageView },
    /// Somebody was to be notified.
    Notice { delivery: Box<DeliveryView> },
    /// Somebody did something with the conversation.
    Change {
        /// A mail address, or the recipient who opened a link.
        actor: String,
        #[schema(example = "conversation.claim")]
        action: String,
        #[schema(value_type = Object)]
        detail: Value,
    },
}

/// Show a conversation's timeline
#[utoipa::path(get, path = "/api/v1/conversations/{id}/timeline", operation_id = "show_timeline", tag = "conversations",
    params(("id" = Uuid, Path)), responses((status = 200, description = "What happened, oldest first.", body = Timeline))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
) -> Result<Json<Timeline>, Problem> {
    let store = &state.store;
    let conversation = store.conversation(*id).await.map_err(failed)?.ok_or_else(no_such_conversation)?;
    let names = Names::read(store).await?;
    let earlier = (conversation.last_seq - i64::from(SHOWN_MAX)).max(0);
    let page = store.messages(*id, earlier, SHOWN_MAX).await.map_err(failed)?;
    let planned = store.deliveries_of(*id, SHOWN_MAX.into()).await.map_err(failed)?;
    let changes = store.audit_of(&audit::of_conversation(*id), SHOWN_MAX.into()).await.map_err(failed)?;
    let shown_max = usize::from(SHOWN_MAX);
    let truncated = earlier > 0 || page.has_more || planned.len() == shown_max || changes.len() == shown_max;

    let mut deliveries = with_attempts(store, planned, Detail::for_admin(user.is_admin())).await?;
    deliveries.sort_by(|one, next| one.place().cmp(&next.place()));
    let mut entries: Vec<TimelineEntry> = page
        .messages
        .into_iter()
        .map(|message| TimelineEntry {
            at: message.created_at,
            what: What::Message { message: MessageView::new(message, &names) },
        })
        .collect();
    entries.extend(deliveries.into_iter().map(TimelineEntry::from));
    entries.extend(changes.into_iter().map(TimelineEntry::from));
    entries.sort_by_key(|entry| entry.at);
    Ok(Json(Timeline { entries, truncated }))
}

impl From<DeliveryView> for TimelineEntry {
    fn from(delivery: DeliveryView) -> Self {
        Self { at: delivery.created_at(), what: What::Notice { delivery: Box::new(delivery) } }
    }
}

impl From<AuditEntry> for TimelineEntry {
    fn from(entry: AuditEntry) -> Self {
        let what = What::Change { actor: entry.actor, action: entry.action, detail: entry.detail };
        Self { at: entry.at, what }
    }
}
