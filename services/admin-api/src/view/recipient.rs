//! Recipients, as ADMINs see them.

use std::collections::BTreeSet;

use deskbell_domain::notice::NoticeType;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::{RecipientId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;

/// Someone whose phone is texted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recipient)]
pub(crate) struct RecipientView {
    #[schema(value_type = Uuid)]
    id: RecipientId,
    name: String,
    /// E.164.
    #[schema(example = "+14155552671")]
    phone: String,
    #[schema(value_type = schema::RecipientRole)]
    role: RecipientRole,
    /// The types they want; null is all that are switched on.
    #[schema(value_type = Option<Vec<schema::NoticeType>>)]
    types: Option<BTreeSet<NoticeType>>,
    /// Place in the list.
    position: i32,
    /// Whether the number was shown to be theirs. Nobody is texted before, except with a test.
    verified: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Timestamp>,
    /// Why they are not texted any more: `opted_out`, `bad_number`.
    disabled_reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Recipient> for RecipientView {
    fn from(recipient: Recipient) -> Self {
        Self {
            id: recipient.id,
            name: recipient.name,
            phone: recipient.phone.as_e164().to_owned(),
            role: recipient.role,
            types: recipient.types,
            position: recipient.position,
            verified: recipient.verified_at.is_some(),
            verified_at: recipient.verified_at,
            disabled_reason: recipient.disabled_reason,
            created_at: recipient.created_at,
        }
    }
}
