//! Strict JSON bodies: the right media type, valid UTF-8, known fields of the right types, then the type's own rules.
//!
//! What cannot be read is a 400, what reads but does not fit is a 422 that names the field; never a 500.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use validator::Validate;

use crate::Problem;
use crate::body::{check_head, read};
use crate::validation::{check, pointer_of};

/// A JSON body that was read and validated. `T` should say `#[serde(deny_unknown_fields)]`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = check_media_type(request).and_then(|()| check_head(request));
        let payload = payload.take();
        Box::pin(async move {
            let body = read(payload, head?).await?;
            parse(&body).map(Self)
        })
    }
}

/// `application/json`, with or without parameters.
fn check_media_type(request: &HttpRequest) -> Result<(), Problem> {
    let essence = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::unsupported_media_type("send JSON with Content-Type: application/json"))
}

fn parse<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let position = error.valid_up_to();
        Problem::bad_request("invalid_json", format!("the body is not UTF-8 (byte {position})"))
    })?;
    // serde would read an array as a struct's fields in order, which no document promises.
    if !text.trim_ascii_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Err(Problem::invalid_field("", "must be a JSON object"));
    }
    let value: T = serde_json::from_str(text).map_err(|error| explain::<T>(text, &error))?;
    match check(&value) {
        Ok(()) => Ok(value),
        Err(fields) => {
            Err(fields.into_iter().fold(Problem::invalid("some fields are not valid"), |problem, field| {
                problem.with_field(field.pointer, field.message)
            }))
        }
    }
}

/// Reads the body once more, slowly, to find out which field is at fault.
fn explain<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => {
            let deserializer = &mut serde_json::Deserializer::from_str(text);
            match serde_path_to_error::deserialize::<_, T>(deserializer) {
                Err(error) => {
                    let message = without_position(&error.inner().to_string()).to_owned();
                    Problem::invalid(message.clone()).with_field(pointer_of(error.path()), message)
                }
                Ok(_) => Problem::invalid(error.to_string()),
            }
        }
        Category::Eof if text.trim().is_empty() => Problem::bad_request("invalid_json", "the body is empty"),
        Category::Eof | Category::Syntax | Category::Io => {
            Problem::bad_request("invalid_json", format!("the body is not JSON: {error}"))
        }
    }
}

/// The message without serde_json's ` at line 1 column 9`: the pointer says it better.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |position| &message[..position])
}
