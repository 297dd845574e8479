//! Settings, audit log, and the database's own affairs.

use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{AuditId, Timestamp};
use diesel::QueryResult;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::model::admin::{AuditEntry, VersionedSettings};
use crate::schema::{audit, settings as table};
use crate::types::{At, Doc, Key};

const NOTIFICATIONS: &str = "notifications";

pub(crate) async fn ping(conn: &mut Conn) -> QueryResult<()> {
    diesel::sql_query("SELECT 1").execute(conn).await.map(|_| ())
}

/// Versions of the migrations that were applied; none when the table itself is missing.
pub(crate) async fn applied_migrations(conn: &mut Conn) -> QueryResult<Vec<String>> {
    use crate::schema::__diesel_schema_migrations::dsl;
    match dsl::__diesel_schema_migrations.select(dsl::version).load(conn).await {
        Err(diesel::result::Error::DatabaseError(_, info)) if missing_table(info.message()) => Ok(Vec::new()),
        other => other,
    }
}

fn missing_table(message: &str) -> bool {
    message.contains("__diesel_schema_migrations")
        && (message.contains("exist") || message.contains("no such table"))
}

/// The settings in force; the defaults, at version 0, while nothing has been stored.
pub(crate) async fn settings(conn: &mut Conn) -> QueryResult<VersionedSettings> {
    let stored: Option<(Doc, i64)> = table::table
        .filter(table::section.eq(NOTIFICATIONS))
        .select((table::value, table::version))
        .first(conn)
        .await
        .optional()?;
    let Some((document, version)) = stored else {
        return Ok(VersionedSettings { settings: NotificationSettings::default(), version: 0 });
    };
    let settings = serde_json::from_value(document.0)
        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(VersionedSettings { settings, version })
}

/// The daily cap alone, for those who claim often and need nothing else of the settings.
pub(crate) async fn daily_cap(conn: &mut Conn) -> QueryResult<u32> {
    #[derive(serde::Deserialize)]
    struct Cap {
        daily_cap_segments: u32,
    }
    let stored: Option<Doc> = table::table
        .filter(table::section.eq(NOTIFICATIONS))
        .select(table::value)
        .first(conn)
        .await
        .optional()?;
    let Some(document) = stored else { return Ok(NotificationSettings::default().daily_cap_segments) };
    let cap: Cap = serde_json::from_value(document.0)
        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(cap.daily_cap_segments)
}

/// Stores settings if nobody has since `version`; tells the new version.
pub(crate) async fn save_settings(
    conn: &mut Conn,
    settings: &NotificationSettings,
    version: i64,
    now: Timestamp,
) -> QueryResult<Option<i64>> {
    let document = Doc(serde_json::to_value(settings).expect("settings are plain JSON"));
    let written = if version == 0 {
        diesel::insert_into(table::table)
            .values((
                table::section.eq(NOTIFICATIONS),
                table::value.eq(document),
                table::version.eq(1_i64),
                table::updated_at.eq(At(now)),
            ))
            .on_conflict(table::section)
            .do_nothing()
            .execute(conn)
            .await?
    } else {
        diesel::update(
            table::table.filter(table::section.eq(NOTIFICATIONS)).filter(table::version.eq(version)),
        )
        .set((table::value.eq(document), table::version.eq(version + 1), table::updated_at.eq(At(now))))
        .execute(conn)
        .await?
    };
    Ok((written > 0).then_some(version + 1))
}

pub(crate) async fn write_audit(conn: &mut Conn, entry: &AuditEntry) -> QueryResult<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(Key::from(entry.id)),
            audit::at.eq(At(entry.at)),
            audit::actor_id.eq(entry.actor_id.map(Key::from)),
            audit::actor.eq(&entry.actor),
            audit::action.eq(&entry.action),
            audit::target.eq(&entry.target),
            audit::detail.eq(Doc(entry.detail.clone())),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn audit_log(
    conn: &mut Conn,
    before: Option<AuditId>,
    limit: i64,
) -> QueryResult<Vec<AuditEntry>> {
    let mut query = audit::table.select(AuditEntry::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(audit::id.lt(Key::from(before)));
    }
    query.order(audit::id.desc()).limit(limit).load(conn).await
}

/// What was done to one thing, oldest first.
pub(crate) async fn audit_of(conn: &mut Conn, target: &str, limit: i64) -> QueryResult<Vec<AuditEntry>> {
    audit::table
        .filter(audit::target.eq(target))
        .order(audit::id)
        .limit(limit)
        .select(AuditEntry::as_select())
        .load(conn)
        .await
}
