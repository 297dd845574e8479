//! SQLite on other threads, so that requests may be dropped at any time.
//!
//! A request that is dropped (its client has gone, its time is up) leaves the statement that it waits for running. With
//! diesel-async's own runner the drop waits for that statement, which on a runtime of one thread, such as those of the
//! HTTP servers, is a panic. Here the statement is left to itself, and its connection never goes back to the pool:
//! the pool makes a new one, and SQLite rolls back what was open when the old one is closed.

use std::error::Error;
use std::ops::{Deref, DerefMut};

use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryFutureExt as _};

/// What the queries run on.
pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection, BlockingThreads>;

/// The threads that Tokio keeps for work that blocks.
pub(crate) struct BlockingThreads;

impl SpawnBlocking for BlockingThreads {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        tokio::task::spawn_blocking(task).map_err(Into::into).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// Runs `work` in a transaction that holds the write lock from its beginning: it never has to give up half-way because
/// somebody else has written since it read.
pub(crate) async fn transaction<T, E, W>(conn: &mut Conn, work: W) -> Result<T, E>
where
    W: AsyncFnOnce(&mut Conn) -> Result<T, E>,
    E: From<diesel::result::Error>,
{
    conn.spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"))
        .await?;
    let answer = work(conn).await;
    if answer.is_ok() {
        conn.spawn_blocking(AnsiTransactionManager::commit_transaction).await?;
    } else {
        conn.spawn_blocking(AnsiTransactionManager::rollback_transaction).await?;
    }
    answer
}

/// A connection on loan from its pool, which comes back only when its work is done.
pub(crate) struct Lease(Option<Object<Conn>>);

impl Lease {
    /// Waits for a connection.
    pub(crate) async fn take(pool: &Pool<Conn>) -> Result<Self, PoolError> {
        pool.get().await.map(|connection| Self(Some(connection)))
    }

    /// Returns the connection after its work.
    pub(crate) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

impl Deref for Lease {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0.as_deref().expect("it is there until it is given back")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0.as_deref_mut().expect("it is there until it is given back")
    }
}
