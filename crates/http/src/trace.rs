//! One id for everything that belongs to a request: taken from `traceparent` (W3C Trace Context) or made here.

use std::fmt;
use std::future::{Ready, ready};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::Problem;

/// Distinguishes processes; the counter distinguishes requests within one. Ids need not be secret, only different.
static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("process"));
static COUNTER: AtomicU64 = AtomicU64::new(1);

const VERSION_LENGTH: usize = 2;
const TRACE_ID_LENGTH: usize = 32;
const SPAN_ID_LENGTH: usize = 16;

/// The trace a request belongs to and the span that is its handling here. Displays as the trace's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTrace {
    trace_id: u128,
    span_id: u64,
}

impl RequestTrace {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let own = PROCESS.wrapping_add(count);
        let given = headers.get("traceparent").and_then(|value| trace_id(value.to_str().ok()?));
        let trace_id = given.unwrap_or_else(|| (u128::from(*PROCESS) << 64) | u128::from(count));
        Self { trace_id, span_id: own.max(1) }
    }

    /// The value of a `traceparent` header for what this request causes.
    pub fn traceparent(self) -> String {
        format!("00-{:032x}-{:016x}-01", self.trace_id, self.span_id)
    }
}

impl fmt::Display for RequestTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.trace_id)
    }
}

impl FromRequest for RequestTrace {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().copied();
        ready(Ok(known.unwrap_or_else(|| Self::of(request.headers()))))
    }
}

/// The trace id of `00-<32 hex>-<16 hex>-<2 hex>`; `None` when it is anything else or all zero.
fn trace_id(traceparent: &str) -> Option<u128> {
    let mut parts = traceparent.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let lowercase_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let valid = lowercase_hex(version, VERSION_LENGTH)
        && version != "ff"
        && lowercase_hex(trace, TRACE_ID_LENGTH)
        && lowercase_hex(span, SPAN_ID_LENGTH)
        && parts.next().is_some_and(|flags| lowercase_hex(flags, 2));
    let id = u128::from_str_radix(trace, 16).ok()?;
    (valid && id != 0).then_some(id)
}
