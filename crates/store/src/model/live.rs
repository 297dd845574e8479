//! What open chat windows follow.

use deskbell_domain::conversation::ConversationStatus;
use deskbell_domain::{ConversationId, Timestamp};

/// A conversation as those who follow it need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveView {
    /// Its id.
    pub id: ConversationId,
    /// Number of the last message.
    pub last_seq: i64,
    /// Where it stands.
    pub status: ConversationStatus,
    /// The name of the one who has it.
    pub agent: Option<String>,
    /// Number of the last message that the visitor has seen; 0 for none.
    pub seen_by_visitor: i64,
    /// Number of the last message that the company has seen; 0 for none.
    pub seen_by_agent: i64,
}

/// When a conversation began, and when it was first answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstAnswer {
    /// When the visitor wrote.
    pub asked_at: Timestamp,
    /// When somebody of the company did.
    pub answered_at: Timestamp,
}
