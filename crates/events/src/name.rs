//! The closed list of event names, which are also the routing keys.

use std::fmt;
use std::str::FromStr;

use crate::v1::Event;

/// The name of an event: its field in the envelope's `oneof`, the AMQP routing key and the AMQP `type` property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventName {
    /// A customer has written for the first time, within opening hours.
    NewChat,
    /// A customer's message is urgent.
    UrgentChat,
    /// A customer has written for the first time, outside opening hours.
    OfflineHours,
    /// Nobody has answered or claimed a chat for too long.
    UnassignedChat,
    /// Somebody asked for a test notification.
    TestNotification,
    /// Settings in the database have changed.
    SettingsChanged,
}

impl EventName {
    /// Every event there is, in the order of the schema.
    pub const ALL: [Self; 6] = [
        Self::NewChat,
        Self::UrgentChat,
        Self::OfflineHours,
        Self::UnassignedChat,
        Self::TestNotification,
        Self::SettingsChanged,
    ];

    /// The name as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewChat => "new_chat",
            Self::UrgentChat => "urgent_chat",
            Self::OfflineHours => "offline_hours",
            Self::UnassignedChat => "unassigned_chat",
            Self::TestNotification => "test_notification",
            Self::SettingsChanged => "settings_changed",
        }
    }

    /// Reads a name from the wire; the case matters.
    ///
    /// # Errors
    /// [`UnknownEventName`] when this build knows no event of that name.
    pub fn parse(name: &str) -> Result<Self, UnknownEventName> {
        Self::ALL.into_iter().find(|known| known.as_str() == name).ok_or(UnknownEventName)
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventName {
    type Err = UnknownEventName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

/// A name that stands for no event this build knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no event of that name is known")]
pub struct UnknownEventName;

impl Event {
    /// Which event this is.
    pub const fn name(&self) -> EventName {
        match self {
            Self::NewChat(_) => EventName::NewChat,
            Self::UrgentChat(_) => EventName::UrgentChat,
            Self::OfflineHours(_) => EventName::OfflineHours,
            Self::UnassignedChat(_) => EventName::UnassignedChat,
            Self::TestNotification(_) => EventName::TestNotification,
            Self::SettingsChanged(_) => EventName::SettingsChanged,
        }
    }
}
