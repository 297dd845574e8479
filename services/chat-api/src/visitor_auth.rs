//! The visitor who asks, by the token in `Authorization: Bearer`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use deskbell_domain::token::{TokenHash, VisitorToken};
use deskbell_http::Problem;

/// The hash of a well-formed token; which conversation it opens is the store's to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VisitorAuth(pub(crate) TokenHash);

impl FromRequest for VisitorAuth {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(bearer).and_then(|token| VisitorToken::parse(token).ok());
        ready(match token {
            Some(token) => Ok(Self(token.hash())),
            None => Err(Problem::unauthorized("send Authorization: Bearer with the visitor_token")),
        })
    }
}

/// The credentials of the scheme `Bearer` (RFC 6750 §2.1; schemes have no case).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
