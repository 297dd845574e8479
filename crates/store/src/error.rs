//! How the store fails.

/// Why the store could not do what was asked. Callers branch on whether it is worth trying again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that this product knows.
    #[error("DATABASE_URL must begin with postgres:// or sqlite://, not with {0:?}")]
    UnknownScheme(String),
    /// The URL cannot be read.
    #[error("DATABASE_URL: {0}")]
    BadUrl(String),
    /// The database cannot be reached, or the connection broke: worth trying again.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The schema is not the one this release works with.
    #[error("{0}")]
    Schema(String),
    /// A statement failed.
    #[error("database: {0}")]
    Query(#[source] diesel::result::Error),
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match &error {
            Error::DatabaseError(
                Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::SerializationFailure,
                info,
            ) => Self::Unavailable(info.message().to_owned()),
            Error::DatabaseError(Kind::Unknown, info) if passing(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            Error::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            _ => Self::Query(error),
        }
    }
}

/// Failures that the databases report without a code of their own: shutting down, starting up, cut off, locked.
fn passing(message: &str) -> bool {
    const PASSING: [&str; 9] = [
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "connection closed",
        "error communicating with the server",
        "deadlock detected",
        "database is locked",
        "database table is locked",
        "too many clients",
    ];
    PASSING.iter().any(|known| message.contains(known))
}

/// The shape of every answer of the store.
pub type StoreResult<T> = Result<T, StoreError>;
