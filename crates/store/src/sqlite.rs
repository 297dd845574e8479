//! SQLite: one writer, several readers, write-ahead log, every commit on the disk before it is acknowledged.

mod claim;
mod connection;
mod ingest;
mod settle;

pub(crate) use claim::{lock_deliveries, select_due, select_unassigned, take_outbox};
pub(crate) use connection::{Conn, Lease, transaction};
pub(crate) use ingest::{STARTS_ARE_ONE_STATEMENT, insert_starts, lock_conversations, write_appends};
pub(crate) use settle::{mark_published, write_attempts, write_deliveries};

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, ConnectionError, SqliteConnection};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use crate::backend::StoreOptions;
use crate::error::{StoreError, StoreResult};
use crate::pg::known_versions;

/// The writer and the readers of one database file.
#[derive(Clone)]
pub(crate) struct SqlitePools {
    pub(crate) writer: Pool<Conn>,
    pub(crate) reader: Pool<Conn>,
    path: String,
    /// A database in memory is there as long as it has a connection.
    _anchor: Option<Arc<Mutex<SqliteConnection>>>,
}

macro_rules! in_transaction {
    ($conn:expr, $work:expr) => {
        $crate::sqlite::transaction($conn, $work)
    };
}

/// Inserts rows that are not there yet; tells the keys of those that were inserted. One at a time: diesel-async has no
/// statement of several rows for SQLite, and without a network between there is little to gain.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr, $key:expr) => {{
        let mut inserted = Vec::new();
        for row in $rows {
            let statement = diesel::insert_into($table).values(row).on_conflict_do_nothing().returning($key);
            inserted.extend(statement.get_result::<$crate::types::Key>($conn).await.optional()?);
        }
        diesel::QueryResult::Ok(inserted)
    }};
}

#[expect(clippy::duplicate_mod, reason = "written once, compiled for each database")]
#[path = "queries/mod.rs"]
pub(crate) mod queries;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const READERS: usize = 4;
/// `synchronous=FULL`: a commit is on the disk before it returns, also when the power fails (SQLite, PRAGMA synchronous).
const SET_UP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                      PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -8000;";

pub(crate) fn open(options: &StoreOptions) -> StoreResult<SqlitePools> {
    let path = file_of(&options.url)?;
    let in_memory = path.starts_with("file:");
    let pool = |size| {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| Box::pin(connect(url.to_owned())));
        Pool::builder(AsyncDieselConnectionManager::<Conn>::new_with_config(&path, config))
            .max_size(size)
            .wait_timeout(Some(options.connect_timeout))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::BadUrl(error.to_string()))
    };
    let writer = pool(1)?;
    let reader = if in_memory { writer.clone() } else { pool(READERS)? };
    let anchor = in_memory.then(|| SqliteConnection::establish(&path)).transpose();
    let anchor = anchor.map_err(|error| StoreError::BadUrl(error.to_string()))?;
    Ok(SqlitePools { writer, reader, path, _anchor: anchor.map(|anchor| Arc::new(Mutex::new(anchor))) })
}

/// `sqlite://data/x.sqlite` and `sqlite:///var/x.sqlite` name a file, `sqlite::memory:` a database of this process.
fn file_of(url: &str) -> StoreResult<String> {
    static IN_MEMORY: AtomicU64 = AtomicU64::new(0);
    if url == "sqlite::memory:" {
        let number = IN_MEMORY.fetch_add(1, Ordering::Relaxed);
        return Ok(format!("file:deskbell-{number}?mode=memory&cache=shared"));
    }
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or_default();
    if path.is_empty() || path.contains(['?', '#']) {
        return Err(StoreError::BadUrl(
            "expected sqlite://path/to/file.sqlite (three slashes for an absolute path), with no ? or #"
                .to_owned(),
        ));
    }
    if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::BadUrl(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
    }
    Ok(path.to_owned())
}

async fn connect(path: String) -> Result<Conn, ConnectionError> {
    let mut connection = Conn::establish(&path).await?;
    connection.batch_execute(SET_UP).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

pub(crate) async fn migrate(pools: &SqlitePools) -> StoreResult<Vec<String>> {
    // Held while migrating, so that nobody of this process writes at the same time.
    let writer = Lease::take(&pools.writer).await?;
    let path = pools.path.clone();
    let work = tokio::task::spawn_blocking(move || run_migrations(&path));
    let applied = work.await.map_err(|error| StoreError::Schema(error.to_string()))?;
    writer.give_back();
    applied.map_err(|error| StoreError::Schema(format!("a migration failed: {error}")))
}

/// All of them in one transaction, which waits for that of any other process. Foreign keys are off, since SQLite empties
/// a table before it drops it, and a migration that builds a table anew must not take its children along.
fn run_migrations(path: &str) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(SET_UP)?;
    connection.batch_execute("PRAGMA foreign_keys = OFF")?;
    connection.immediate_transaction(|connection| {
        let applied = connection.run_pending_migrations(MIGRATIONS)?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
}

/// The migrations that the database has, and those that this release knows.
pub(crate) async fn versions(pools: &SqlitePools) -> StoreResult<(Vec<String>, Vec<String>)> {
    let mut lease = Lease::take(&pools.writer).await?;
    let applied = queries::admin::applied_migrations(&mut lease).await;
    lease.give_back();
    Ok((applied?, known_versions::<diesel::sqlite::Sqlite>(&MIGRATIONS)))
}
