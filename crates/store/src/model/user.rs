//! Users of the panel and their sessions.

use std::fmt;
use std::str::FromStr;

use deskbell_domain::{ConversationId, RecipientId, Timestamp, UserId};
use diesel::prelude::*;

use crate::schema::{sessions, users};
use crate::types::{At, Key, MaybeAt, MaybeKey, Named};

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserRole {
    /// Answers chats.
    Agent,
    /// Does everything.
    Admin,
}

impl UserRole {
    /// The stable name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "AGENT",
            Self::Admin => "ADMIN",
        }
    }
}

impl fmt::Display for UserRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no role.
#[derive(Debug, thiserror::Error)]
#[error("expected ADMIN or AGENT")]
pub struct UserRoleError;

impl FromStr for UserRole {
    type Err = UserRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "AGENT" => Ok(Self::Agent),
            "ADMIN" => Ok(Self::Admin),
            _ => Err(UserRoleError),
        }
    }
}

/// A user of the panel.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    #[diesel(deserialize_as = Key)]
    pub id: UserId,
    /// Their mail address, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    #[diesel(deserialize_as = Named)]
    pub role: UserRole,
    /// The password's hash, in PHC format (argon2id).
    pub password_hash: String,
    /// When they were added.
    #[diesel(deserialize_as = At)]
    pub created_at: Timestamp,
    /// Since when they may not log in.
    #[diesel(deserialize_as = MaybeAt)]
    pub disabled_at: Option<Timestamp>,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// The user, for a session of the panel.
    #[diesel(deserialize_as = MaybeKey)]
    pub user_id: Option<UserId>,
    /// The one conversation that a link opened.
    #[diesel(deserialize_as = MaybeKey)]
    pub conversation_id: Option<ConversationId>,
    /// Whose link it was.
    #[diesel(deserialize_as = MaybeKey)]
    pub recipient_id: Option<RecipientId>,
    /// When it began.
    #[diesel(deserialize_as = At)]
    pub created_at: Timestamp,
    /// Until when it is good.
    #[diesel(deserialize_as = At)]
    pub expires_at: Timestamp,
}
