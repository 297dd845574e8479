//! Error answers: RFC 9457 `application/problem+json` with a stable `code`.
//!
//! A handler returns `Result<_, Problem>`. What a client may act on gets its own code; everything unexpected goes
//! through [`Problem::internal`], which shows a bare 500 and leaves the cause to the request log.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

const TYPE_PREFIX: &str = "urn:deskbell:problem:";

/// An error answer.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<Cow<'static, str>>,
    errors: Vec<FieldProblem>,
    retry_after_s: Option<u64>,
    allow: Option<String>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where the field stands: a JSON pointer (RFC 6901) into the body, or the parameter's name.
    #[schema(example = "/body")]
    pub pointer: String,
    /// What is expected of it.
    #[schema(example = "must have 1 to 4000 characters")]
    pub message: Cow<'static, str>,
}

/// The JSON of an error answer (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Identifies the kind of problem: `urn:deskbell:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "urn:deskbell:problem:invalid_body")]
    kind: ProblemType<'a>,
    /// The kind of problem in words; the same for every problem of the kind.
    #[schema(example = "The request's body is not valid")]
    title: &'a str,
    /// The HTTP status of this answer.
    #[schema(example = 422)]
    status: u16,
    /// The kind of problem for programs; never changes its meaning.
    #[schema(example = "invalid_body")]
    code: &'a str,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldProblem],
}

struct ProblemType<'a>(&'a str);

impl Serialize for ProblemType<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{TYPE_PREFIX}{}", self.0))
    }
}

impl Problem {
    /// A problem with its own code. `title` says what the kind is about, [`Self::with_detail`] what happened this time.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            title,
            detail: None,
            errors: Vec::new(),
            retry_after_s: None,
            allow: None,
            cause: None,
        }))
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "The request cannot be understood").with_detail(detail)
    }

    /// 401: nobody is logged in, or the token is not valid.
    pub fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Valid credentials are needed")
            .with_detail(detail)
    }

    /// 403: known, and not allowed to do this.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed").with_detail(detail)
    }

    /// 404: there is no such thing, or it is not for the one who asks.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found").with_detail(detail)
    }

    /// 405, naming the methods there are.
    pub fn method_not_allowed(allow: &str) -> Self {
        let mut problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The address does not take this method",
        )
        .with_detail(format!("use {allow}"));
        problem.0.allow = Some(allow.to_owned());
        problem
    }

    /// 409: it contradicts what is there.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "The request contradicts the present state").with_detail(detail)
    }

    /// 413, naming the limit.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The request's body is too large")
            .with_detail(format!("at most {limit_bytes} bytes are taken"))
    }

    /// 415: a kind of body that is not taken.
    pub fn unsupported_media_type(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The kind of body is not supported",
        )
        .with_detail(detail)
    }

    /// 422: understood, but not acceptable; name the fields with [`Self::with_field`].
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", "The request's body is not valid")
            .with_detail(detail)
    }

    /// 422 about one field.
    pub fn invalid_field(pointer: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        let pointer = pointer.into();
        let detail =
            if pointer.is_empty() { format!("the body {message}") } else { format!("{pointer} {message}") };
        Self::invalid(detail).with_field(pointer, message)
    }

    /// 429, saying when to come again.
    pub fn too_many_requests(retry_after: Duration) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests");
        let problem = problem.with_retry_after(retry_after);
        let seconds = problem.0.retry_after_s.unwrap_or(1);
        problem.with_detail(format!("try again in {seconds} s"))
    }

    /// 503: something this service needs is away; the cause is logged, the detail is shown.
    pub fn unavailable(
        detail: impl Into<Cow<'static, str>>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment");
        problem.with_detail(detail).with_retry_after(Duration::from_secs(1)).with_cause(cause)
    }

    /// 500: unexpected. The cause goes to the log, once; the client learns nothing of it.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error").with_cause(cause)
    }

    /// Says what happened this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Names a field at fault by its JSON pointer or parameter name.
    #[must_use]
    pub fn with_field(mut self, pointer: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.errors.push(FieldProblem { pointer: pointer.into(), message: message.into() });
        self
    }

    /// Says when to come again (`Retry-After`, whole seconds, rounded up).
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.0.retry_after_s = Some(seconds.max(1));
        self
    }

    /// Keeps the error behind a 5xx for the log; the client learns nothing of it.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(Arc::from(cause.into()));
        self
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong this time, or else the kind of problem.
    pub fn detail(&self) -> &str {
        self.0.detail.as_deref().unwrap_or(self.0.title)
    }

    /// The fields at fault.
    pub fn errors(&self) -> &[FieldProblem] {
        &self.0.errors
    }

    /// The error behind a 500 or 503, for the log.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }

    /// The JSON of the answer.
    pub fn body(&self) -> ProblemBody<'_> {
        ProblemBody {
            kind: ProblemType(self.0.code),
            title: self.0.title,
            status: self.0.status.as_u16(),
            code: self.0.code,
            detail: self.0.detail.as_deref(),
            errors: &self.0.errors,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.detail())
    }
}

impl Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let json = serde_json::to_vec(&self.body()).expect("a problem is texts and numbers only");
        let mut response = HttpResponse::build(self.0.status);
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON)));
        response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
        if let Some(seconds) = self.0.retry_after_s {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = &self.0.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        response.body(json)
    }
}
