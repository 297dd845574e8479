//! `PATCH /api/v1/notifications/recipients/{id}`: changes what is given and leaves the rest.
//!
//! A new number is unverified until the ADMIN confirms it (`"verified": true`), is not switched off any more, and
//! withdraws the links that were sent to the old one. `"disabled_reason": null` switches a recipient on again.

use std::collections::BTreeSet;

use actix_web::web::{Data, Json, Path};
use deskbell_domain::notice::NoticeType;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::{RecipientId, Timestamp};
use deskbell_http::{JsonBody, Problem};
use deskbell_store::RecipientEdit;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::add_recipient::{one_line, parse_phone};
use crate::access::AdminUser;
use crate::audit;
use crate::problems::{failed, no_such_recipient, number_taken};
use crate::state::AppState;
use crate::view::recipient::RecipientView;
use crate::view::schema;

/// What to change.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditRecipient {
    #[validate(custom(function = "one_line"))]
    name: Option<String>,
    phone: Option<String>,
    #[schema(value_type = Option<schema::RecipientRole>)]
    role: Option<RecipientRole>,
    /// null is all that are switched on.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<schema::NoticeType>>)]
    types: Option<Option<BTreeSet<NoticeType>>>,
    #[validate(range(min = 0, max = 1_000))]
    position: Option<i32>,
    /// Whether you confirm that the number is theirs.
    verified: Option<bool>,
    /// null switches the recipient on again; nothing else can be written.
    #[serde(default, deserialize_with = "given")]
    #[validate(custom(function = "only_cleared"))]
    #[schema(value_type = Option<String>)]
    disabled_reason: Option<Option<String>>,
}

/// Change a recipient
#[utoipa::path(patch, path = "/api/v1/notifications/recipients/{id}", operation_id = "edit_recipient",
    tag = "notifications", params(("id" = Uuid, Path)), request_body = EditRecipient,
    responses((status = 200, description = "The recipient, as it is now.", body = RecipientView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    id: Path<RecipientId>,
    JsonBody(body): JsonBody<EditRecipient>,
) -> Result<Json<RecipientView>, Problem> {
    let country = state.site.default_country;
    let phone = body.phone.as_deref().map(|raw| parse_phone(raw, country)).transpose()?;
    let now = state.now();
    let edit = |recipient: &mut Recipient| {
        let before = audit::about(recipient);
        body.apply(recipient, phone.as_ref(), now);
        let detail = audit::difference(&before, &audit::about(recipient));
        let target = format!("recipient:{}", recipient.id);
        audit::entry(&*state.clock, &admin.actor(), "recipient.update", target, detail)
    };
    match state.store.edit_recipient(*id, &edit, now).await.map_err(failed)? {
        RecipientEdit::Done(recipient) => Ok(Json(RecipientView::from(*recipient))),
        RecipientEdit::NumberTaken => Err(number_taken()),
        RecipientEdit::NotFound => Err(no_such_recipient()),
    }
}

impl EditRecipient {
    fn apply(&self, recipient: &mut Recipient, phone: Option<&PhoneNumber>, now: Timestamp) {
        if let Some(name) = &self.name {
            recipient.name = name.trim().to_owned();
        }
        if let Some(phone) = phone.filter(|phone| **phone != recipient.phone) {
            recipient.phone = phone.clone();
            recipient.verified_at = None;
            recipient.disabled_reason = None;
        }
        recipient.role = self.role.unwrap_or(recipient.role);
        recipient.position = self.position.unwrap_or(recipient.position);
        if let Some(types) = &self.types {
            recipient.types.clone_from(types);
        }
        match self.verified {
            Some(true) => recipient.verified_at = recipient.verified_at.or(Some(now)),
            Some(false) => recipient.verified_at = None,
            None => {}
        }
        if self.disabled_reason.is_some() {
            recipient.disabled_reason = None;
        }
    }
}

/// Tells `null` from a field that is not there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Called only with a reason, never with null.
fn only_cleared(_reason: &str) -> Result<(), ValidationError> {
    Err(ValidationError::new("disabled_reason").with_message("can only be cleared: null".into()))
}
