//! The answers that faults give.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderValue, RETRY_AFTER};

use super::{ApiError, Call, Reply, reply};
use crate::faults::{FaultKind, FaultSpec};
use crate::sim::Sim;
use crate::wire::{Answer, document, slow_json, truncated_json};

/// How long a slow body takes unless the fault says otherwise.
const SLOW_BODY: Duration = Duration::from_secs(2);

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                           Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// What the fault makes of a request, and the message that was accepted all the same.
pub(super) async fn answer(sim: &Arc<Sim>, call: &Call<'_>, fault: &FaultSpec) -> (Answer, Option<String>) {
    let accepted = if accepts(fault) { Some(reply(sim, call).await) } else { None };
    let sid = accepted.as_ref().and_then(|reply| reply.created_sid.clone());
    let answer = match (fault.kind, accepted) {
        (FaultKind::AcceptThenDrop, _) => Answer::Drop,
        (FaultKind::ResetBeforeReading, _) => Answer::Reset,
        (FaultKind::Hang, _) => {
            hang(fault.delay()).await;
            Answer::Drop
        }
        (FaultKind::SlowBody, Some(reply)) => {
            Answer::Reply(slow_json(reply.status, reply.body, fault.delay().unwrap_or(SLOW_BODY)))
        }
        (FaultKind::TruncatedJson, Some(reply)) => Answer::Reply(truncated_json(reply.status, &reply.body)),
        (FaultKind::Html502, _) => Answer::Reply(document(StatusCode::BAD_GATEWAY, "text/html", BAD_GATEWAY)),
        (_, _) => refusal(fault).into_answer(),
    };
    (answer, sid)
}

/// Whether the request takes effect.
fn accepts(fault: &FaultSpec) -> bool {
    use FaultKind::{AcceptThen500, AcceptThenDrop, Hang, Html502, SlowBody, TruncatedJson};
    match fault.kind {
        AcceptThenDrop | AcceptThen500 | SlowBody | TruncatedJson => true,
        Hang | Html502 => fault.accept,
        _ => false,
    }
}

async fn hang(delay: Option<Duration>) {
    match delay {
        Some(delay) => tokio::time::sleep(delay).await,
        None => std::future::pending().await,
    }
}

/// The faults that are errors in Twilio's form.
fn refusal(fault: &FaultSpec) -> Reply {
    let too_many = |code, message: &'static str| ApiError::new(StatusCode::TOO_MANY_REQUESTS, code, message);
    let error = match fault.kind {
        FaultKind::RateLimited => too_many(20429, "Too Many Requests"),
        FaultKind::DailyLimit => too_many(63038, "Account exceeded the daily messages limit"),
        FaultKind::QueueFull => too_many(21611, "SMS queue is full."),
        FaultKind::Unauthorized => ApiError::unauthorized(),
        FaultKind::ApiError => {
            let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
            let message = fault.message.clone().unwrap_or_else(|| "Refused by a fault".to_owned());
            ApiError::new(status.unwrap_or(StatusCode::BAD_REQUEST), fault.code.unwrap_or(20422), message)
        }
        _ => ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, 20500, "Internal Server Error"),
    };
    let mut reply = error.into_reply();
    if let Some(value) = fault.retry_after.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        reply.header = Some((RETRY_AFTER, value));
    }
    reply
}
