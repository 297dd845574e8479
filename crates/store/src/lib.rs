//! Everything Deskbell remembers, in PostgreSQL or in SQLite; the URL's scheme chooses.
//!
//! Every ordinary query is written once, in `queries/`, and compiled for both databases against the alias `Conn`. What
//! truly differs stands in `pg/` and `sqlite/`: how a batch is written, how due work is claimed without waiting, how a
//! connection is set up. Rows and types are defined outside of `queries/`, once.
//!
//! The store decides nothing: rules about chats, people and money come from `deskbell_domain`, handed in as functions
//! where they have to run inside a transaction.

mod audited;
mod backend;
pub mod chats;
mod error;
mod ingest;
mod live;
pub mod model;
pub mod notices;
mod outbox;
mod panel;
mod pg;
mod retention;
mod schema;
mod sqlite;
mod types;

pub use audited::{EditRecipient, OpenLink, RecipientEdit, SettingsChange};
pub use backend::{Store, StoreOptions};
pub use error::{StoreError, StoreResult};
pub use ingest::{
    AppendMessage, EncodeEvent, IngestError, IngestLimits, IngestWriter, Ingested, Raise, StartConversation,
    Visitor,
};
pub use notices::{AttemptEnd, Change, Claim, ClaimRequest, ClaimedAttempt, RecordedEvent};
