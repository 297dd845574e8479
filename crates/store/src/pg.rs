//! PostgreSQL: the pool, the migrations, and the statements that SQLite has no like of.

mod claim;
mod connect;
mod ingest;
mod settle;

pub(crate) use claim::{lock_deliveries, select_due, select_unassigned, take_outbox};
pub(crate) use ingest::{STARTS_ARE_ONE_STATEMENT, insert_starts, lock_conversations, write_appends};
pub(crate) use settle::{mark_published, write_attempts, write_deliveries};

use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use crate::backend::StoreOptions;
use crate::error::{StoreError, StoreResult};

/// What the queries run on.
pub(crate) type Conn = AsyncPgConnection;
pub(crate) type PgPool = Pool<AsyncPgConnection>;

macro_rules! in_transaction {
    ($conn:expr, $work:expr) => {
        diesel_async::AsyncConnection::transaction($conn, $work)
    };
}

/// Inserts rows that are not there yet; tells the keys of those that were inserted.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr, $key:expr) => {
        diesel::insert_into($table)
            .values($rows)
            .on_conflict_do_nothing()
            .returning($key)
            .get_results::<$crate::types::Key>($conn)
            .await
    };
}

#[expect(clippy::duplicate_mod, reason = "written once, compiled for each database")]
#[path = "queries/mod.rs"]
pub(crate) mod queries;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Any number that no other program takes a lock on in this database.
const MIGRATION_LOCK: i64 = 0x6465_736b_6265_6c6c;

pub(crate) fn open(options: &StoreOptions) -> StoreResult<PgPool> {
    let manager = connect::manager(&options.url)?;
    let timeout = |time: Duration| deadpool::managed::Timeouts {
        wait: Some(time),
        create: Some(time),
        recycle: Some(time),
    };
    Pool::builder(manager)
        .max_size(options.pool_size)
        .timeouts(timeout(options.connect_timeout))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| StoreError::BadUrl(error.to_string()))
}

pub(crate) async fn migrate(pool: &PgPool) -> StoreResult<Vec<String>> {
    let mut connection = pool.get().await?;
    connection.batch_execute(connect::NO_LIMITS).await?;
    diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).execute(&mut *connection).await?;
    let work = tokio::task::spawn_blocking(move || {
        let mut harness = AsyncMigrationHarness::new(connection);
        let applied = harness
            .run_pending_migrations(MIGRATIONS)
            .map(|versions| versions.iter().map(ToString::to_string).collect::<Vec<_>>())
            .map_err(|error| StoreError::Schema(format!("a migration failed: {error}")));
        (applied, harness.into_inner())
    });
    let (applied, mut connection) = work.await.map_err(|error| StoreError::Schema(error.to_string()))?;
    diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        .execute(&mut *connection)
        .await?;
    connection.batch_execute(connect::LIMITS).await?;
    applied
}

/// The migrations that the database has, and those that this release knows.
pub(crate) async fn versions(pool: &PgPool) -> StoreResult<(Vec<String>, Vec<String>)> {
    let mut connection = pool.get().await?;
    let applied = queries::admin::applied_migrations(&mut connection).await?;
    Ok((applied, known_versions::<diesel::pg::Pg>(&MIGRATIONS)))
}

pub(crate) fn known_versions<DB: diesel::backend::Backend>(migrations: &EmbeddedMigrations) -> Vec<String>
where
    EmbeddedMigrations: diesel::migration::MigrationSource<DB>,
{
    diesel::migration::MigrationSource::<DB>::migrations(migrations)
        .expect("embedded migrations are well-formed, the build checked them")
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect()
}
