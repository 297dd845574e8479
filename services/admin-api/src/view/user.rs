//! Users, and the names under which others see them.

use std::collections::HashMap;

use deskbell_domain::{Timestamp, UserId};
use deskbell_http::Problem;
use deskbell_store::Store;
use deskbell_store::model::user::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;
use crate::problems::failed;

/// Most users that are listed; a company with more needs another inbox.
pub(crate) const USERS_MAX: i64 = 1_000;

/// A user, as other users see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    #[schema(value_type = Uuid)]
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) email: String,
    #[schema(value_type = schema::UserRole)]
    pub(crate) role: &'static str,
    /// Whether they may log in.
    pub(crate) active: bool,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            role: user.role.as_str(),
            active: user.disabled_at.is_none(),
            created_at: user.created_at,
        }
    }
}

/// A user by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    #[schema(value_type = Uuid)]
    pub(crate) id: UserId,
    pub(crate) name: String,
}

/// The names of all users.
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    pub(crate) async fn read(store: &Store) -> Result<Self, Problem> {
        let users = store.users(USERS_MAX).await.map_err(failed)?;
        Ok(Self(users.into_iter().map(|user| (user.id, user.name)).collect()))
    }

    /// Somebody who is gone still has an id.
    pub(crate) fn person(&self, id: UserId) -> Person {
        Person { id, name: self.of(id).to_owned() }
    }

    pub(crate) fn of(&self, id: UserId) -> &str {
        self.0.get(&id).map_or("a former user", String::as_str)
    }
}
