//! What people are told about: the types of notice, and the facts a text message is made from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A type of notice that can be switched on and off, for everyone and for each recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeType {
    /// A customer started a conversation; once per conversation.
    NewChat,
    /// A message matches an urgency rule, or the visitor said it is urgent; once per raise.
    UrgentChat,
    /// A customer started a conversation outside opening hours; takes the place of [`NoticeType::NewChat`].
    OfflineHours,
    /// Nobody has answered or claimed a conversation for a while; repeated with growing gaps.
    UnassignedChat,
}

impl NoticeType {
    /// Every type, in the order in which people are shown them.
    pub const ALL: [Self; 4] = [Self::NewChat, Self::UrgentChat, Self::OfflineHours, Self::UnassignedChat];

    /// The stable name, as in settings, events and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewChat => "new_chat",
            Self::UrgentChat => "urgent_chat",
            Self::OfflineHours => "offline_hours",
            Self::UnassignedChat => "unassigned_chat",
        }
    }
}

impl fmt::Display for NoticeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no type of notice.
#[derive(Debug, thiserror::Error)]
#[error("expected one of new_chat, urgent_chat, offline_hours, unassigned_chat")]
pub struct NoticeTypeError;

impl FromStr for NoticeType {
    type Err = NoticeTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NoticeTypeError)
    }
}

/// Why somebody is told: one of the switchable types, or a test that an admin asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// About a conversation.
    Chat(NoticeType),
    /// An admin pressed "send a test".
    Test,
}

impl NoticeKind {
    /// Whether it passes quiet hours and goes in the lane that nothing else holds back.
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Chat(NoticeType::UrgentChat))
    }

    /// The stable name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat(kind) => kind.as_str(),
            Self::Test => "test_notification",
        }
    }
}

impl FromStr for NoticeKind {
    type Err = NoticeTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == Self::Test.as_str() { Ok(Self::Test) } else { text.parse().map(Self::Chat) }
    }
}

/// The facts a text message is made from; kept with the delivery, so that no chat has to be read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    /// The company's name.
    pub business_name: String,
    /// The customer's name, if they gave one.
    pub customer_name: Option<String>,
    /// The beginning of the message.
    pub preview: String,
    /// How long nobody has answered, in seconds; for [`NoticeType::UnassignedChat`].
    pub waiting_s: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for kind in NoticeType::ALL {
            assert_eq!(kind.as_str().parse::<NoticeType>().unwrap(), kind);
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
            assert_eq!(kind.as_str().parse::<NoticeKind>().unwrap(), NoticeKind::Chat(kind));
        }
        assert_eq!("test_notification".parse::<NoticeKind>().unwrap(), NoticeKind::Test);
        assert!("new_chats".parse::<NoticeType>().is_err());
    }
}
