//! A look at the rows, past the product's own queries: what is checked must not depend on what is under test.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, SqliteConnection, sql_query};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::checker::Stored;

/// A database of a deployment.
#[derive(Debug, Clone)]
pub enum Database {
    /// PostgreSQL, by its URL.
    Postgres(String),
    /// SQLite, by its file.
    Sqlite(String),
}

/// How much is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Backlog {
    /// Events that no broker has taken.
    pub unpublished: u64,
    /// Events that no consumer has recorded.
    pub unheard: u64,
    /// Notices that have not ended.
    pub unsettled: u64,
}

impl Backlog {
    /// All of it.
    pub const fn total(&self) -> u64 {
        self.unpublished + self.unheard + self.unsettled
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

impl Database {
    pub(crate) fn at(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => Self::Sqlite(path.to_owned()),
            None => Self::Postgres(url.to_owned()),
        }
    }

    /// How much is under way; `None` while the database does not answer.
    pub async fn backlog(&self) -> Option<Backlog> {
        let columns = "'unpublished', (SELECT count(*) FROM outbox WHERE published_at IS NULL), \
             'unheard', (SELECT count(*) FROM outbox WHERE id NOT IN (SELECT event_id FROM inbox)), \
             'unsettled', (SELECT count(*) FROM deliveries WHERE state IN ('ready', 'sending', 'ambiguous'))";
        self.select::<Backlog>(columns, "").await.ok()?.pop()
    }

    /// All rows that the checker looks at.
    pub(crate) async fn all(&self) -> Stored {
        let id = |column| self.text_of_id(column);
        let messages = format!(
            "'conversation_id', {}, 'seq', seq, 'client_message_id', {}, 'author', author, 'body', body",
            id("conversation_id"),
            id("client_message_id")
        );
        let events = format!("'id', {}, 'name', name, 'published_at', published_at", id("id"));
        let deliveries = format!(
            "'id', {}, 'event_id', {}, 'conversation_id', {}, 'phone', phone, 'kind', kind, 'channel', channel, \
             'state', state, 'reason', reason, 'resend', resend",
            id("id"),
            id("event_id"),
            id("conversation_id")
        );
        let attempts = format!("'id', {}, 'delivery_id', {}", id("id"), id("delivery_id"));
        let heard = format!("'id', {}", id("event_id"));
        Stored {
            messages: self.rows(&messages, "FROM messages ORDER BY conversation_id, seq").await,
            events: self.rows(&events, "FROM outbox").await,
            heard: self.rows(&heard, "FROM inbox").await,
            deliveries: self.rows(&deliveries, "FROM deliveries ORDER BY id").await,
            attempts: self.rows(&attempts, "FROM attempts ORDER BY id").await,
        }
    }

    /// How many rows there are `of` a table, with or without a condition.
    ///
    /// # Panics
    /// When they cannot be counted.
    pub async fn count(&self, of: &str) -> u64 {
        #[derive(Deserialize)]
        struct Count {
            rows: u64,
        }
        self.rows::<Count>("'rows', count(*)", &format!("FROM {of}")).await.remove(0).rows
    }

    /// Changes rows, to set a scene that would take too long to come about.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn execute(&self, sql: &str) {
        match self {
            Self::Postgres(url) => {
                let mut connection = AsyncPgConnection::establish(url).await.expect("PostgreSQL is there");
                sql_query(sql).execute(&mut connection).await.expect("the statement is right");
            }
            Self::Sqlite(path) => {
                sqlite(path).and_then(|mut it| it.batch_execute(sql)).expect("the statement is right");
            }
        }
    }

    /// An instant of the past, as an expression.
    pub fn seconds_ago(&self, seconds: u32) -> String {
        match self {
            Self::Postgres(_) => format!("(now() - interval '{seconds} seconds')"),
            Self::Sqlite(_) => format!("((unixepoch() - {seconds}) * 1000000)"),
        }
    }

    async fn rows<T: DeserializeOwned>(&self, columns: &str, from: &str) -> Vec<T> {
        self.select(columns, from)
            .await
            .unwrap_or_else(|error| panic!("the rows {from} cannot be read: {error}"))
    }

    /// Rows as JSON objects: both databases can make them, and ids and truth values then look alike.
    async fn select<T: DeserializeOwned>(
        &self,
        columns: &str,
        from: &str,
    ) -> Result<Vec<T>, diesel::result::Error> {
        let rows: Vec<Row> = match self {
            Self::Postgres(url) => {
                let mut connection = AsyncPgConnection::establish(url).await.map_err(unreachable_database)?;
                let query = format!("SELECT json_build_object({columns})::text AS row {from}");
                sql_query(query).load(&mut connection).await?
            }
            Self::Sqlite(path) => {
                let query = format!("SELECT json_object({columns}) AS row {from}");
                diesel::RunQueryDsl::load(sql_query(query), &mut sqlite(path)?)?
            }
        };
        Ok(rows
            .iter()
            .map(|row| serde_json::from_str(&row.row).expect("the columns are those asked for"))
            .collect())
    }

    fn text_of_id(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => column.to_owned(),
            Self::Sqlite(_) => format!("lower(nullif(hex({column}), ''))"),
        }
    }
}

fn sqlite(path: &str) -> Result<SqliteConnection, diesel::result::Error> {
    let mut connection = SqliteConnection::establish(path).map_err(unreachable_database)?;
    connection.batch_execute("PRAGMA busy_timeout = 5000")?;
    Ok(connection)
}

fn unreachable_database(error: diesel::ConnectionError) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(error.into())
}
