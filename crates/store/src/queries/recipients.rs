//! Recipients.

use deskbell_domain::RecipientId;
use deskbell_domain::recipient::Recipient;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::recipient::RecipientRow;
use crate::schema::recipients::dsl;
use crate::types::{At, Doc, Key};

pub(crate) async fn list(conn: &mut Conn) -> QueryResult<Vec<Recipient>> {
    let rows: Vec<RecipientRow> = dsl::recipients
        .order((dsl::role.desc(), dsl::position, dsl::id))
        .select(RecipientRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: RecipientRow) -> QueryResult<Recipient> {
    row.try_into().map_err(|error: deskbell_domain::phone::PhoneError| {
        diesel::result::Error::DeserializationError(error.into())
    })
}

/// A recipient, whose row is held until the transaction ends.
pub(crate) async fn lock(conn: &mut Conn, id: RecipientId) -> QueryResult<Option<Recipient>> {
    let row: Option<RecipientRow> = diesel::update(dsl::recipients.filter(dsl::id.eq(Key::from(id))))
        .set(dsl::position.eq(dsl::position))
        .returning(RecipientRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    row.map(read).transpose()
}

/// Adds a recipient; false when somebody has the number already.
pub(crate) async fn insert(conn: &mut Conn, recipient: &Recipient) -> QueryResult<bool> {
    let added = diesel::insert_into(dsl::recipients)
        .values((
            dsl::id.eq(Key::from(recipient.id)),
            dsl::name.eq(&recipient.name),
            dsl::phone.eq(recipient.phone.as_e164()),
            dsl::role.eq(recipient.role.as_str()),
            dsl::types.eq(types(recipient)),
            dsl::position.eq(recipient.position),
            dsl::verified_at.eq(recipient.verified_at.map(At)),
            dsl::disabled_reason.eq(recipient.disabled_reason.as_deref()),
            dsl::created_at.eq(At(recipient.created_at)),
        ))
        .on_conflict(dsl::phone)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(added > 0)
}

/// Writes a recipient over; false when there is none with this id.
pub(crate) async fn update(conn: &mut Conn, recipient: &Recipient) -> QueryResult<bool> {
    let changed = diesel::update(dsl::recipients.filter(dsl::id.eq(Key::from(recipient.id))))
        .set((
            dsl::name.eq(&recipient.name),
            dsl::phone.eq(recipient.phone.as_e164()),
            dsl::role.eq(recipient.role.as_str()),
            dsl::types.eq(types(recipient)),
            dsl::position.eq(recipient.position),
            dsl::verified_at.eq(recipient.verified_at.map(At)),
            dsl::disabled_reason.eq(recipient.disabled_reason.as_deref()),
        ))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}

pub(crate) async fn delete(conn: &mut Conn, id: RecipientId) -> QueryResult<bool> {
    Ok(diesel::delete(dsl::recipients.filter(dsl::id.eq(Key::from(id)))).execute(conn).await? > 0)
}

/// Opting in again mends nothing but having opted out.
pub(crate) async fn set_opted_out(conn: &mut Conn, phone: &str, opted_out: bool) -> QueryResult<bool> {
    const OPTED_OUT: &str = "opted_out";
    let row = dsl::recipients.filter(dsl::phone.eq(phone));
    let changed = if opted_out {
        diesel::update(row).set(dsl::disabled_reason.eq(Some(OPTED_OUT))).execute(conn).await?
    } else {
        let row = row.filter(dsl::disabled_reason.eq(OPTED_OUT));
        diesel::update(row).set(dsl::disabled_reason.eq(None::<&str>)).execute(conn).await?
    };
    Ok(changed > 0)
}

fn types(recipient: &Recipient) -> Doc {
    Doc(serde_json::to_value(&recipient.types).expect("a set of names is plain JSON"))
}
