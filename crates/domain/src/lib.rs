//! The rules of Deskbell: what a chat is, who is told about it, and what becomes of every notice.
//!
//! Pure: no I/O, no async, no clock or randomness of its own. Whatever decides something about money, messages or
//! people stands here, where it can be tested by the thousand.

pub mod body;
pub mod budget;
pub mod conversation;
pub mod delivery;
pub mod ids;
pub mod notice;
pub mod opening_hours;
pub mod phone;
pub mod planning;
pub mod recipient;
pub mod settings;
pub mod sms;
pub mod time;
pub mod token;
pub mod urgency;

pub use ids::{
    AttemptId, AuditId, ClientMessageId, ConversationId, DeliveryId, EventId, MessageId, QuarantineId,
    RecipientId, UserId,
};
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
