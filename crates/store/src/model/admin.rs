//! Settings with their version, and the audit log.

use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{AuditId, Timestamp, UserId};
use diesel::prelude::*;
use serde_json::Value;

use crate::schema::audit;
use crate::types::{At, Doc, Key, MaybeKey};

/// The settings in force.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionedSettings {
    /// The settings.
    pub settings: NotificationSettings,
    /// Counts changes, from 1; 0 while nothing has been stored yet.
    pub version: i64,
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct AuditEntry {
    /// Its id.
    #[diesel(deserialize_as = Key)]
    pub id: AuditId,
    /// When.
    #[diesel(deserialize_as = At)]
    pub at: Timestamp,
    /// Who, if it was a user.
    #[diesel(deserialize_as = MaybeKey)]
    pub actor_id: Option<UserId>,
    /// Who, in words.
    pub actor: String,
    /// What was done, as a stable word (`settings.update`).
    pub action: String,
    /// To what.
    pub target: String,
    /// What changed; never a secret.
    #[diesel(deserialize_as = Doc)]
    pub detail: Value,
}

impl From<Doc> for Value {
    fn from(doc: Doc) -> Self {
        doc.0
    }
}
