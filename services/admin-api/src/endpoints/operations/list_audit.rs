//! `GET /api/v1/audit`: who changed what, newest first.

use actix_web::web::{Data, Json};
use deskbell_domain::{AuditId, Timestamp, UserId};
use deskbell_http::{Problem, QueryParams};
use deskbell_store::model::admin::AuditEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::paging::{DEFAULT_LIMIT, cut, probing, read_id};
use crate::problems::failed;
use crate::state::AppState;

/// Which lines.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAudit {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[validate(range(min = 1, max = 200))]
    limit: Option<u16>,
}

/// A page of the audit log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    entries: Vec<AuditLine>,
    /// Leads to the next page; null on the last.
    next_cursor: Option<String>,
}

/// A line of the audit log.
#[derive(Serialize, ToSchema)]
struct AuditLine {
    #[schema(value_type = Uuid)]
    id: AuditId,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = Option<Uuid>)]
    actor_id: Option<UserId>,
    /// A mail address, or what it was instead of a user.
    actor: String,
    #[schema(example = "settings.update")]
    action: String,
    #[schema(example = "settings:notifications")]
    target: String,
    /// What changed; never a secret.
    #[schema(value_type = Object)]
    detail: Value,
}

/// List the audit log
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "operations", params(ListAudit),
    responses((status = 200, description = "A page, newest first.", body = AuditPage))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    QueryParams(query): QueryParams<ListAudit>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let before = read_id(query.cursor.as_deref())?;
    let rows = state.store.audit_log(before, i64::from(probing(limit))).await.map_err(failed)?;
    let (rows, next_cursor) = cut(rows, limit, |last: &AuditEntry| last.id.to_string());
    let entries = rows.into_iter().map(AuditLine::from).collect();
    Ok(Json(AuditPage { entries, next_cursor }))
}

impl From<AuditEntry> for AuditLine {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor_id: entry.actor_id,
            actor: entry.actor,
            action: entry.action,
            target: entry.target,
            detail: entry.detail,
        }
    }
}
