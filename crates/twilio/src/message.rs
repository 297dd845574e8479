//! A message and an account as Twilio's API shows them. All fields but the id may be null there.

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Where a message stands, in Twilio's words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MessageStatus {
    /// Taken by a Messaging Service that has yet to choose a number.
    Accepted,
    /// To be sent later.
    Scheduled,
    /// A scheduled message was called off.
    Canceled,
    /// Waiting for its turn on the sending number.
    Queued,
    /// On its way to the carrier.
    Sending,
    /// The carrier has it; numbers without receipts stay here for ever.
    Sent,
    /// Never left Twilio.
    Failed,
    /// The carrier confirmed the delivery.
    Delivered,
    /// The carrier could not deliver it.
    Undelivered,
    /// Inbound, being received.
    Receiving,
    /// Inbound, received.
    Received,
    /// Opened by the recipient (channels with read receipts).
    Read,
    /// Some recipients of a group have it.
    PartiallyDelivered,
    /// A word that this version does not know.
    Other(String),
}

impl MessageStatus {
    /// The word that Twilio uses.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Canceled => "canceled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Receiving => "receiving",
            Self::Received => "received",
            Self::Read => "read",
            Self::PartiallyDelivered => "partially_delivered",
            Self::Other(word) => word,
        }
    }
}

impl MessageStatus {
    /// Whether nothing follows any more, apart from `read` after `delivered`.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Delivered | Self::Undelivered | Self::Received | Self::Read | Self::Canceled
        )
    }
}

impl Default for MessageStatus {
    /// The status of a message that does not tell.
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl From<&str> for MessageStatus {
    fn from(word: &str) -> Self {
        match word {
            "accepted" => Self::Accepted,
            "scheduled" => Self::Scheduled,
            "canceled" => Self::Canceled,
            "queued" => Self::Queued,
            "sending" => Self::Sending,
            "sent" => Self::Sent,
            "failed" => Self::Failed,
            "delivered" => Self::Delivered,
            "undelivered" => Self::Undelivered,
            "receiving" => Self::Receiving,
            "received" => Self::Received,
            "read" => Self::Read,
            "partially_delivered" => Self::PartiallyDelivered,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for MessageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message as Twilio's API shows it.
///
/// Only the id must be there: a field of an unexpected type counts as absent, because it must not turn a message that
/// was accepted into one whose fate is unknown.
#[derive(Clone, Deserialize)]
pub struct Message {
    /// Its id, `SM…`.
    #[serde(deserialize_with = "non_empty")]
    pub sid: String,
    /// Where it stood when Twilio answered.
    #[serde(default, deserialize_with = "status")]
    pub status: MessageStatus,
    /// The recipient, E.164.
    #[serde(default, deserialize_with = "soft")]
    pub to: Option<String>,
    /// The sender; null until a Messaging Service has chosen one.
    #[serde(default, deserialize_with = "soft")]
    pub from: Option<String>,
    /// The Messaging Service, `MG…`.
    #[serde(default, deserialize_with = "soft")]
    pub messaging_service_sid: Option<String>,
    /// The text; empty once redacted. A trial account puts a sentence before it.
    #[serde(default, deserialize_with = "soft")]
    pub body: Option<String>,
    /// `outbound-api`, `inbound`, …
    #[serde(default, deserialize_with = "soft")]
    pub direction: Option<String>,
    /// How many SMS it takes; 0 as long as a Messaging Service has not decided.
    #[serde(default, deserialize_with = "count")]
    pub num_segments: Option<u32>,
    /// What it cost, negative, such as `-0.00750`; null until known.
    #[serde(default, deserialize_with = "soft")]
    pub price: Option<String>,
    /// The currency of `price`, ISO 4217.
    #[serde(default, deserialize_with = "soft")]
    pub price_unit: Option<String>,
    /// Why it failed; see [`crate::explain`].
    #[serde(default, deserialize_with = "soft")]
    pub error_code: Option<u32>,
    /// Twilio's words on `error_code`.
    #[serde(default, deserialize_with = "soft")]
    pub error_message: Option<String>,
    /// When it was created, to the second.
    #[serde(default, deserialize_with = "date")]
    pub date_created: Option<Timestamp>,
    /// When it left, to the second; null until then.
    #[serde(default, deserialize_with = "date")]
    pub date_sent: Option<Timestamp>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .field("date_created", &self.date_created)
            .finish_non_exhaustive()
    }
}

/// The account that the credentials open.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// Its id, `AC…`.
    pub sid: String,
    /// The name its owner gave it.
    pub friendly_name: Option<String>,
    /// `active`, `suspended` or `closed`.
    pub status: Option<String>,
    /// `Trial` or `Full`; a trial account only texts numbers that were verified with Twilio.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Err(serde::de::Error::custom("the id is empty")) } else { Ok(text) }
}

fn soft<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MessageStatus, D::Error> {
    Ok(soft::<D, String>(deserializer)?.as_deref().map_or_else(MessageStatus::default, MessageStatus::from))
}

/// A count, which Twilio writes as a string.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(soft::<D, String>(deserializer)?.and_then(|text| text.parse().ok()))
}

/// An RFC 2822 date.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = soft::<D, String>(deserializer)?;
    Ok(text.and_then(|text| DateTimeParser::new().parse_timestamp(&text).ok()))
}
