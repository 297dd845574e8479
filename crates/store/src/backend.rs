//! Opening a database, and choosing between the two.

use std::time::Duration;

use diesel_async::pooled_connection::PoolError;
use diesel_async::pooled_connection::deadpool::PoolError as GetError;

use crate::error::{StoreError, StoreResult};
use crate::{pg, sqlite};

/// How to open a database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `postgres://…` or `sqlite://path` (`sqlite::memory:` for one that is gone when closed).
    pub url: String,
    /// Most connections to PostgreSQL; SQLite has one writer and as many readers.
    pub pool_size: usize,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
}

impl StoreOptions {
    /// The defaults for a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool_size: 8, connect_timeout: Duration::from_secs(5) }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) backend: Backend,
}

#[derive(Clone)]
pub(crate) enum Backend {
    Pg(pg::PgPool),
    Sqlite(sqlite::SqlitePools),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.backend {
            Backend::Pg(_) => "Store(PostgreSQL)",
            Backend::Sqlite(_) => "Store(SQLite)",
        })
    }
}

impl Store {
    /// Prepares the pool; connections are made when they are needed.
    pub fn open(options: &StoreOptions) -> StoreResult<Self> {
        let backend = match options.url.split_once(':').map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => Backend::Pg(pg::open(options)?),
            Some("sqlite") => Backend::Sqlite(sqlite::open(options)?),
            _ => {
                let scheme: String =
                    options.url.chars().take_while(|&letter| letter != ':').take(20).collect();
                return Err(StoreError::UnknownScheme(scheme));
            }
        };
        Ok(Self { backend })
    }

    /// Brings the schema up to date; safe to call from several processes at once.
    pub async fn migrate(&self) -> StoreResult<Vec<String>> {
        match &self.backend {
            Backend::Pg(pool) => pg::migrate(pool).await,
            Backend::Sqlite(pools) => sqlite::migrate(pools).await,
        }
    }

    /// Checks that the schema is one this release can work with.
    pub async fn check_schema(&self) -> StoreResult<()> {
        let (applied, known) = match &self.backend {
            Backend::Pg(pool) => pg::versions(pool).await?,
            Backend::Sqlite(pools) => sqlite::versions(pools).await?,
        };
        if let Some(missing) = known.iter().find(|version| !applied.contains(version)) {
            return Err(StoreError::Schema(format!(
                "the database lacks the migration {missing}: run `deskbell migrate` with the same DATABASE_URL"
            )));
        }
        // A later release may have added to the schema; only what it has taken away matters here. Such a migration says
        // so in the part of its name that is its version: `2027-01-31-000001-contract_drop_names`.
        match applied.iter().find(|version| !known.contains(version) && version.contains("contract")) {
            Some(newer) => Err(StoreError::Schema(format!(
                "the database has the migration {newer}, which this release does not know: run a newer release"
            ))),
            None => Ok(()),
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> StoreResult<()> {
        read!(self, |conn, queries| queries::admin::ping(conn))
    }
}

impl From<GetError> for StoreError {
    fn from(error: GetError) -> Self {
        match error {
            GetError::Backend(PoolError::QueryError(error)) => error.into(),
            GetError::Timeout(_) => Self::Unavailable("no connection within the time allowed".to_owned()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Runs a query of `queries/` on whichever database this is; `read!` may use a connection that cannot write.
macro_rules! read {
    ($store:expr, |$conn:ident, $queries:ident| $body:expr) => {
        match &$store.backend {
            $crate::backend::Backend::Pg(pool) => {
                use $crate::pg::queries as $queries;
                let mut connection = pool.get().await?;
                let $conn = &mut *connection;
                $body.await.map_err($crate::error::StoreError::from)
            }
            $crate::backend::Backend::Sqlite(pools) => {
                use $crate::sqlite::queries as $queries;
                let mut lease = $crate::sqlite::Lease::take(&pools.reader).await?;
                let $conn = &mut *lease;
                let answer = $body.await.map_err($crate::error::StoreError::from);
                lease.give_back();
                answer
            }
        }
    };
}

/// Runs a query of `queries/` that writes.
macro_rules! change {
    ($store:expr, |$conn:ident, $queries:ident| $body:expr) => {
        match &$store.backend {
            $crate::backend::Backend::Pg(pool) => {
                use $crate::pg::queries as $queries;
                let mut connection = pool.get().await?;
                let $conn = &mut *connection;
                $body.await.map_err($crate::error::StoreError::from)
            }
            $crate::backend::Backend::Sqlite(pools) => {
                use $crate::sqlite::queries as $queries;
                let mut lease = $crate::sqlite::Lease::take(&pools.writer).await?;
                let $conn = &mut *lease;
                let answer = $body.await.map_err($crate::error::StoreError::from);
                lease.give_back();
                answer
            }
        }
    };
}

pub(crate) use {change, read};
