//! Who is calling, as the gate has found out. Extractors: a handler that takes one cannot run without.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, RecipientId, UserId};
use deskbell_http::Problem;
use deskbell_store::model::user::{User, UserRole};

use crate::audit::Actor;

/// A user who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct CurrentUser {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: UserRole,
    /// Of the session that they use.
    pub(crate) session: TokenHash,
}

/// A user who is logged in as ADMIN.
#[derive(Clone, Debug)]
pub(crate) struct AdminUser(pub(crate) CurrentUser);

/// Someone who has opened one chat by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkHolder {
    pub(crate) conversation_id: ConversationId,
    pub(crate) recipient_id: RecipientId,
}

impl CurrentUser {
    pub(crate) fn new(user: User, session: TokenHash) -> Self {
        Self { id: user.id, email: user.email, name: user.name, role: user.role, session }
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.role == UserRole::Admin
    }

    /// As the audit log names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::user(self.id, &self.email)
    }
}

impl FromRequest for CurrentUser {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user = request.extensions().get::<Self>().cloned();
        ready(user.ok_or_else(|| Problem::unauthorized("log in first: POST /api/v1/session")))
    }
}

impl FromRequest for AdminUser {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = CurrentUser::from_request(request, payload).into_inner();
        ready(match user {
            Ok(user) if user.is_admin() => Ok(Self(user)),
            Ok(_) => Err(Problem::forbidden("only an ADMIN may do this")),
            Err(problem) => Err(problem),
        })
    }
}

impl FromRequest for LinkHolder {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let holder = request.extensions().get::<Self>().copied();
        ready(holder.ok_or_else(|| Problem::unauthorized("open the link in the SMS first")))
    }
}
