//! The people whose phones are texted.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::RecipientId;
use crate::notice::NoticeType;
use crate::phone::PhoneNumber;
use crate::time::Timestamp;

/// What a recipient is to the company; the owner is texted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRole {
    /// Owns the company.
    Owner,
    /// Answers for the owner.
    Manager,
}

impl RecipientRole {
    /// The stable name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
        }
    }
}

impl fmt::Display for RecipientRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no role.
#[derive(Debug, thiserror::Error)]
#[error("expected owner or manager")]
pub struct RecipientRoleError;

impl FromStr for RecipientRole {
    type Err = RecipientRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "owner" => Ok(Self::Owner),
            "manager" => Ok(Self::Manager),
            _ => Err(RecipientRoleError),
        }
    }
}

/// Someone who may be texted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The recipient's id.
    pub id: RecipientId,
    /// How the panel calls them.
    pub name: String,
    /// Where the texts go.
    pub phone: PhoneNumber,
    /// Owner or manager.
    pub role: RecipientRole,
    /// The types of notice they want; `None` is all that are switched on.
    pub types: Option<BTreeSet<NoticeType>>,
    /// Place in the list, from 0.
    pub position: i32,
    /// When the number was shown to be theirs; nobody is texted before, except with a test.
    pub verified_at: Option<Timestamp>,
    /// Why the number cannot be texted any more (`opted_out`, `bad_number`).
    pub disabled_reason: Option<String>,
    /// When they were added.
    pub created_at: Timestamp,
}

impl Recipient {
    /// Whether they want notices of this type.
    pub fn wants(&self, kind: NoticeType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&kind))
    }
}
