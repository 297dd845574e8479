//! How values stand in the two databases: one custom SQL type each for id, instant and JSON document.
//!
//! PostgreSQL keeps them as `uuid`, `timestamptz` and `jsonb`; SQLite as 16 bytes, microseconds and text. Enums are
//! text with a CHECK in both. A value that cannot be decoded is an error, never a default.

use std::io::Write as _;

use deskbell_domain::{
    AttemptId, AuditId, ClientMessageId, ConversationId, DeliveryId, EventId, MessageId, QuarantineId,
    RecipientId, Timestamp, UserId,
};
use diesel::deserialize::{self, FromSql, FromSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

/// The SQL types, as `table!` names them.
pub mod sql {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SqlOrd, SqlType};

    /// A UUID.
    #[derive(Clone, Copy, Debug, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
    pub struct Id;

    /// An instant in UTC, to the microsecond.
    #[derive(Clone, Copy, Debug, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
    pub struct Instant;

    /// A JSON document.
    #[derive(Clone, Copy, Debug, QueryId, SqlType)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
    pub struct Json;

    #[diesel::declare_sql_function]
    extern "SQL" {
        /// In small letters: all that the database's locale knows, or only those of ASCII (SQLite).
        fn lower<T: diesel::sql_types::SqlType + diesel::sql_types::SingleValue>(text: T) -> T;
    }

    impl SqlOrd for Instant {}
    impl SqlOrd for Id {}
}

/// An id in a row or a query.
#[derive(AsExpression, Clone, Copy, Debug, FromSqlRow, PartialEq, Eq, Hash)]
#[diesel(sql_type = sql::Id)]
pub struct Key(pub Uuid);

/// An instant in a row or a query.
#[derive(AsExpression, Clone, Copy, Debug, FromSqlRow, PartialEq, Eq)]
#[diesel(sql_type = sql::Instant)]
pub struct At(pub Timestamp);

/// A JSON document in a row or a query.
#[derive(AsExpression, Clone, Debug, FromSqlRow, PartialEq)]
#[diesel(sql_type = sql::Json)]
pub struct Doc(pub serde_json::Value);

/// An optional id in a row.
#[derive(Clone, Copy, Debug)]
pub struct MaybeKey(Option<Key>);

/// An optional instant in a row.
#[derive(Clone, Copy, Debug)]
pub struct MaybeAt(Option<At>);

/// A text in a row that stands for a value of `T`.
#[derive(Debug)]
pub struct Named(pub String);

impl<ST, DB> Queryable<Nullable<ST>, DB> for MaybeKey
where
    DB: diesel::backend::Backend,
    ST: diesel::sql_types::SingleValue,
    Option<Key>: deserialize::FromStaticSqlRow<Nullable<ST>, DB>,
{
    type Row = Option<Key>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

impl<ST, DB> Queryable<Nullable<ST>, DB> for MaybeAt
where
    DB: diesel::backend::Backend,
    ST: diesel::sql_types::SingleValue,
    Option<At>: deserialize::FromStaticSqlRow<Nullable<ST>, DB>,
{
    type Row = Option<At>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

impl<DB> Queryable<Text, DB> for Named
where
    DB: diesel::backend::Backend,
    String: deserialize::FromStaticSqlRow<Text, DB>,
{
    type Row = String;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl From<$id> for Key {
            fn from(id: $id) -> Self {
                Self(id.as_uuid())
            }
        }

        impl From<Key> for $id {
            fn from(key: Key) -> Self {
                Self::from_uuid(key.0)
            }
        }

        impl From<MaybeKey> for Option<$id> {
            fn from(key: MaybeKey) -> Self {
                key.0.map(|key| $id::from_uuid(key.0))
            }
        }
    )*};
}

ids! { AttemptId AuditId ClientMessageId ConversationId DeliveryId EventId MessageId QuarantineId RecipientId UserId }

impl From<At> for Timestamp {
    fn from(at: At) -> Self {
        at.0
    }
}

impl From<MaybeAt> for Option<Timestamp> {
    fn from(at: MaybeAt) -> Self {
        at.0.map(|at| at.0)
    }
}

macro_rules! named {
    ($($type:ty)*) => {$(
        impl TryFrom<Named> for $type {
            type Error = <$type as std::str::FromStr>::Err;

            fn try_from(text: Named) -> Result<Self, Self::Error> {
                text.0.parse()
            }
        }
    )*};
}

named! {
    deskbell_domain::conversation::Author
    deskbell_domain::conversation::ConversationStatus
    deskbell_domain::delivery::DeliveryState
    deskbell_domain::notice::NoticeKind
    deskbell_domain::recipient::RecipientRole
    crate::model::user::UserRole
}

impl FromSql<sql::Id, Pg> for Key {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl ToSql<sql::Id, Pg> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Id, Sqlite> for Key {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<sql::Id, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

/// Microseconds between the Unix epoch and 2000-01-01, where PostgreSQL begins to count.
const PG_EPOCH_US: i64 = 946_684_800 * 1_000_000;

impl FromSql<sql::Instant, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Ok(Self(Timestamp::from_micros(micros.saturating_add(PG_EPOCH_US))))
    }
}

impl ToSql<sql::Instant, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.0.as_micros().saturating_sub(PG_EPOCH_US);
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<sql::Instant, Sqlite> for At {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(Timestamp::from_micros(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?)))
    }
}

impl ToSql<sql::Instant, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_micros());
        Ok(IsNull::No)
    }
}

/// `jsonb` on the wire: a version byte, 1, before the text.
const JSONB_VERSION: u8 = 1;

impl FromSql<sql::Json, Pg> for Doc {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
            _ => Err("jsonb of an unknown version".into()),
        }
    }
}

impl ToSql<sql::Json, Pg> for Doc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Json, Sqlite> for Doc {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

impl ToSql<sql::Json, Sqlite> for Doc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
