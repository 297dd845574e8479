//! `POST /api/v1/notifications/recipients`: somebody more to tell.
//!
//! A number counts as verified only when the ADMIN says so: `"verified": true` means "I know that this is their number".
//! Nobody is texted before, except with a test, which is how to find out.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_domain::RecipientId;
use deskbell_domain::notice::NoticeType;
use deskbell_domain::phone::{Country, PhoneNumber};
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_http::{JsonBody, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::AdminUser;
use crate::audit;
use crate::problems::{failed, number_taken};
use crate::state::AppState;
use crate::view::recipient::RecipientView;
use crate::view::schema;

/// Most recipients. Every notice is one SMS to each.
const RECIPIENTS_MAX: usize = 50;

/// A recipient to add.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddRecipient {
    #[validate(custom(function = "one_line"))]
    name: String,
    /// As people write it; without + it is a number of the default country.
    #[schema(example = "+1 415 555 2671")]
    phone: String,
    #[schema(value_type = schema::RecipientRole)]
    role: RecipientRole,
    /// The types they want; null is all that are switched on.
    #[serde(default)]
    #[schema(value_type = Option<Vec<schema::NoticeType>>)]
    types: Option<BTreeSet<NoticeType>>,
    /// Whether you confirm that the number is theirs.
    #[serde(default)]
    verified: bool,
}

/// Add a recipient
#[utoipa::path(post, path = "/api/v1/notifications/recipients", operation_id = "add_recipient", tag = "notifications",
    request_body = AddRecipient, responses((status = 201, description = "Added.", body = RecipientView))
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    AdminUser(admin): AdminUser,
    JsonBody(body): JsonBody<AddRecipient>,
) -> Result<HttpResponse, Problem> {
    let phone = parse_phone(&body.phone, state.site.default_country)?;
    let known = state.store.recipients().await.map_err(failed)?;
    if known.len() >= RECIPIENTS_MAX {
        return Err(Problem::conflict("too_many_recipients", format!("at most {RECIPIENTS_MAX} are texted")));
    }
    let last = known.iter().map(|recipient| recipient.position).max();
    let recipient = Recipient {
        id: RecipientId::mint(&*state.clock),
        name: body.name.trim().to_owned(),
        phone,
        role: body.role,
        types: body.types,
        position: last.map_or(0, |last| last.saturating_add(1)),
        verified_at: body.verified.then(|| state.now()),
        disabled_reason: None,
        created_at: state.now(),
    };
    let target = format!("recipient:{}", recipient.id);
    let entry =
        audit::entry(&*state.clock, &admin.actor(), "recipient.create", target, audit::about(&recipient));
    if !state.store.add_recipient_audited(&recipient, &entry).await.map_err(failed)? {
        return Err(number_taken());
    }
    Ok(HttpResponse::Created().json(RecipientView::from(recipient)))
}

/// A number that can be texted, or what is wrong with it.
pub(super) fn parse_phone(raw: &str, country: Country) -> Result<PhoneNumber, Problem> {
    PhoneNumber::parse(raw, country)
        .map_err(|error| Problem::invalid(error.to_string()).with_field("/phone", error.to_string()))
}

/// One line of 1 to 60 characters.
pub(super) fn one_line(name: &str) -> Result<(), ValidationError> {
    let name = name.trim();
    if (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ValidationError::new("name").with_message("must be one line of 1 to 60 characters".into()))
}
