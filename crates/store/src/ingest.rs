//! Visitors' messages on their way in: stored with their events in one transaction, acknowledged after COMMIT.
//!
//! Concurrent requests share transactions. The writer waits for one command, takes whatever else has queued up, and
//! commits all of it at once: throughput grows with load, and a lone message waits for nobody.

mod command;
mod writer;

pub use command::{AppendMessage, EncodeEvent, IngestError, Ingested, Raise, StartConversation, Visitor};
pub use writer::{IngestLimits, IngestWriter};

pub(crate) use command::{Append, AppendPlan, ConversationState, Outcome, decide_appends};
pub(crate) use writer::{Batch, Committed};
