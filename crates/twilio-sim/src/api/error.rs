//! Errors in Twilio's form.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use serde_json::json;

use super::Reply;

/// A refusal.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: u32,
    message: Cow<'static, str>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A 400, as most refusals are.
    pub(super) fn bad(code: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 20003, "Authenticate")
    }

    pub(super) fn not_found(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 20404, format!("The requested resource {path} was not found"))
    }

    pub(super) fn into_reply(self) -> Reply {
        let content = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        let realm = HeaderValue::from_static(r#"Basic realm="Twilio API""#);
        let header = (self.status == StatusCode::UNAUTHORIZED).then_some((WWW_AUTHENTICATE, realm));
        Reply { header, ..Reply::json(self.status, &content) }
    }
}
