//! Recipients.

use std::collections::BTreeSet;

use deskbell_domain::notice::NoticeType;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::{RecipientId, Timestamp};
use diesel::prelude::*;

use crate::schema::recipients;
use crate::types::{At, Doc, Key, MaybeAt, Named};

/// A recipient's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recipients)]
pub(crate) struct RecipientRow {
    #[diesel(deserialize_as = Key)]
    id: RecipientId,
    name: String,
    phone: String,
    #[diesel(deserialize_as = Named)]
    role: RecipientRole,
    #[diesel(deserialize_as = Doc)]
    types: StoredTypes,
    position: i32,
    #[diesel(deserialize_as = MaybeAt)]
    verified_at: Option<Timestamp>,
    disabled_reason: Option<String>,
    #[diesel(deserialize_as = At)]
    created_at: Timestamp,
}

/// `null`, or the list of wanted types.
#[derive(Clone, Debug)]
struct StoredTypes(Option<BTreeSet<NoticeType>>);

impl TryFrom<Doc> for StoredTypes {
    type Error = serde_json::Error;

    fn try_from(doc: Doc) -> Result<Self, Self::Error> {
        serde_json::from_value(doc.0).map(Self)
    }
}

impl TryFrom<RecipientRow> for Recipient {
    type Error = deskbell_domain::phone::PhoneError;

    fn try_from(row: RecipientRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: row.id,
            name: row.name,
            phone: PhoneNumber::from_e164_stored(&row.phone)?,
            role: row.role,
            types: row.types.0,
            position: row.position,
            verified_at: row.verified_at,
            disabled_reason: row.disabled_reason,
            created_at: row.created_at,
        })
    }
}
