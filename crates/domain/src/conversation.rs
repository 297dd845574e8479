//! A conversation, its messages, and what a visitor's message raises.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::notice::NoticeType;
use crate::settings::NotificationSettings;
use crate::time::Timestamp;

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// Nobody has claimed or answered it.
    Waiting,
    /// Someone has.
    Open,
    /// It is over, until somebody writes again.
    Closed,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The customer on the website.
    Visitor,
    /// Someone of the company.
    Agent,
}

/// A text that names no value of the type.
#[derive(Debug, thiserror::Error)]
#[error("expected one of {0}")]
pub struct NameError(&'static str);

macro_rules! named {
    ($type:ident, $all:literal, $($variant:ident = $name:literal),+) => {
        impl $type {
            /// The stable name, as stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($name => Ok(Self::$variant),)+ _ => Err(NameError($all)) }
            }
        }
    };
}

named!(ConversationStatus, "waiting, open, closed", Waiting = "waiting", Open = "open", Closed = "closed");
named!(Author, "visitor, agent", Visitor = "visitor", Agent = "agent");

/// Why a message is urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The visitor said so.
    Visitor,
    /// It holds one of the owner's urgent words.
    Word,
}

/// What a visitor's message raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The type of notice.
    pub kind: NoticeType,
    /// Why it is urgent, if it is.
    pub urgency: Option<Urgency>,
}

/// What the first message of a conversation raises: exactly one type of notice.
pub fn raised_by_first(
    text: &str,
    marked_urgent: bool,
    settings: &NotificationSettings,
    now: Timestamp,
) -> Raised {
    let urgency = urgency_of(text, marked_urgent, settings);
    let open = settings.opening_hours.as_ref().is_none_or(|hours| hours.is_open(now));
    let kind = match (urgency, open) {
        (Some(_), _) => NoticeType::UrgentChat,
        (None, true) => NoticeType::NewChat,
        (None, false) => NoticeType::OfflineHours,
    };
    Raised { kind, urgency }
}

/// Whether a message is urgent, by the visitor's mark (where the owner allows it) or by the owner's words.
pub fn urgency_of(text: &str, marked_urgent: bool, settings: &NotificationSettings) -> Option<Urgency> {
    if marked_urgent && settings.visitor_may_mark_urgent {
        return Some(Urgency::Visitor);
    }
    settings.urgent_words.matches(text).map(|_| Urgency::Word)
}
