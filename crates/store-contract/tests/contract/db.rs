//! A database for one test, with a clock that stands still until it is moved.

use std::time::Duration;

use deskbell_domain::{Clock, ManualClock, Timestamp};
use deskbell_store::{Store, StoreOptions};
use deskbell_testkit::{TestDatabase, shared};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use tempfile::TempDir;

/// What the clock of every test shows at first.
pub const START: Timestamp = Timestamp::from_micros(1_780_000_000_123_456);

/// A database, and the store on it.
pub struct Db {
    pub store: Store,
    pub clock: ManualClock,
    home: Home,
}

enum Home {
    File(TempDir),
    Server(TestDatabase),
}

/// An open transaction, rolled back with its connection.
pub enum Lock {
    Sqlite(diesel::SqliteConnection),
    Postgres(Box<AsyncPgConnection>),
}

impl Lock {
    /// Runs a last statement, and commits.
    pub async fn finish(self, sql: &str) {
        let statements = format!("{sql}; COMMIT");
        match self {
            Self::Postgres(mut connection) => connection.batch_execute(&statements).await.unwrap(),
            Self::Sqlite(mut connection) => {
                use diesel::connection::SimpleConnection as _;
                connection.batch_execute(&statements).unwrap();
            }
        }
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Db {
    /// A migrated SQLite file.
    pub async fn sqlite() -> Self {
        Self::empty_sqlite().migrated().await
    }

    /// A migrated PostgreSQL database.
    pub async fn postgres() -> Self {
        Self::empty_postgres().migrated().await
    }

    /// A SQLite file that is not there yet.
    pub fn empty_sqlite() -> Self {
        Self::at(Home::File(TempDir::new().unwrap()))
    }

    /// A PostgreSQL database with nothing in it.
    pub fn empty_postgres() -> Self {
        Self::at(Home::Server(shared::database()))
    }

    fn at(home: Home) -> Self {
        let store = Store::open(&StoreOptions::new(home.url())).unwrap();
        Self { store, clock: ManualClock::new(START), home }
    }

    async fn migrated(self) -> Self {
        self.store.migrate().await.unwrap();
        self
    }

    pub fn url(&self) -> String {
        self.home.url()
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.home, Home::Server(_))
    }

    /// The same database as another process would open it.
    pub fn opened_again(&self) -> Store {
        Store::open(&StoreOptions::new(self.url())).unwrap()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `seconds` from now.
    pub fn in_s(&self, seconds: u64) -> Timestamp {
        self.now().plus(Duration::from_secs(seconds))
    }

    pub fn advance_s(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// What a query says whose one column is called `value`.
    pub async fn number(&self, sql: &str) -> i64 {
        match &self.home {
            Home::Server(database) => number_on_postgres(database.url(), sql).await,
            Home::File(_) => {
                use diesel::RunQueryDsl as _;
                diesel::sql_query(sql).get_result::<Number>(&mut self.sqlite_connection()).unwrap().value
            }
        }
    }

    /// How many rows a table has.
    pub async fn count(&self, table_and_filter: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS value FROM {table_and_filter}")).await
    }

    /// What a query says whose one column is called `value`, line by line.
    pub async fn words(&self, sql: &str) -> Vec<String> {
        let words = match &self.home {
            Home::Server(database) => {
                use diesel_async::RunQueryDsl as _;
                let mut connection = AsyncPgConnection::establish(database.url()).await.unwrap();
                diesel::sql_query(sql).load::<Word>(&mut connection).await.unwrap()
            }
            Home::File(_) => {
                use diesel::RunQueryDsl as _;
                diesel::sql_query(sql).load::<Word>(&mut self.sqlite_connection()).unwrap()
            }
        };
        words.into_iter().map(|word| word.value).collect()
    }

    /// Runs statements that no method of the store has.
    pub async fn execute(&self, sql: &str) {
        match &self.home {
            Home::Server(database) => {
                let mut connection = AsyncPgConnection::establish(database.url()).await.unwrap();
                connection.batch_execute(sql).await.unwrap();
            }
            Home::File(_) => {
                use diesel::connection::SimpleConnection as _;
                self.sqlite_connection().batch_execute(sql).unwrap();
            }
        }
    }

    /// Keeps everybody else from writing to conversations until the answer is dropped.
    pub async fn lock_for_writing(&self) -> Lock {
        match &self.home {
            Home::Server(database) => {
                let mut connection = AsyncPgConnection::establish(database.url()).await.unwrap();
                connection.batch_execute("BEGIN; LOCK conversations IN EXCLUSIVE MODE").await.unwrap();
                Lock::Postgres(Box::new(connection))
            }
            Home::File(_) => {
                use diesel::connection::SimpleConnection as _;
                let mut connection = self.sqlite_connection();
                connection.batch_execute("BEGIN IMMEDIATE").unwrap();
                Lock::Sqlite(connection)
            }
        }
    }

    fn sqlite_connection(&self) -> diesel::SqliteConnection {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let path = self.url().replace("sqlite://", "");
        let mut connection = diesel::SqliteConnection::establish(&path).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        connection
    }
}

/// [`Db::number`], on any PostgreSQL.
pub async fn number_on_postgres(url: &str, sql: &str) -> i64 {
    use diesel_async::RunQueryDsl as _;
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    diesel::sql_query(sql).get_result::<Number>(&mut connection).await.unwrap().value
}

impl Home {
    fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite://{}", folder.path().join("deskbell.sqlite").display()),
            Self::Server(database) => database.url().to_owned(),
        }
    }
}
