//! The Messages API as Twilio documents it, and the faults that strike it.

mod auth;
mod create;
mod create_params;
mod error;
mod faulty;
mod list;
mod messages;
mod view;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde::Serialize;

use crate::faults::{FaultKind, Operation};
use crate::sim::Sim;
use crate::state::RequestRecord;
use crate::wire::{Answer, document};

pub(crate) use create::accept_reply;
pub(crate) use create_params::is_phone_number;
use error::ApiError;

/// What every path of the API begins with.
pub(crate) const ROOT: &str = "/2010-04-01";

/// Decoded parameters of a form or a query, in their order.
pub(crate) type Params = Vec<(String, String)>;

/// The first value of a parameter, if it is not empty.
fn param<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.iter().find(|(key, _)| key == name).map(|(_, value)| &**value).filter(|value| !value.is_empty())
}

/// A whole answer that a fault may still tamper with.
struct Reply {
    status: StatusCode,
    header: Option<(HeaderName, HeaderValue)>,
    body: Bytes,
    /// The message that the request created.
    created_sid: Option<String>,
}

impl Reply {
    fn json<T: Serialize>(status: StatusCode, content: &T) -> Self {
        let body = serde_json::to_vec(content).expect("maps of plain strings and numbers always serialise");
        Self { status, header: None, body: Bytes::from(body), created_sid: None }
    }

    fn into_answer(self) -> Answer {
        let mut response = document(self.status, "application/json", self.body);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        Answer::Reply(response)
    }
}

/// A request that has been read.
struct Call<'a> {
    number: u64,
    method: &'a Method,
    /// The path's segments after `/2010-04-01/Accounts`.
    path: Vec<&'a str>,
    full_path: &'a str,
    headers: &'a HeaderMap,
    query: Params,
    form: Params,
}

/// Answers one request to the API.
pub(crate) async fn answer(sim: &Arc<Sim>, request: Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let operation = operation(&parts);
    let unread_fault = {
        let state = &mut *sim.state();
        state.faults.strike_unread(operation, &mut state.rng)
    };
    if let Some(fault) = unread_fault {
        let number = record(sim, &parts, &Bytes::new());
        strike(sim, number, fault.kind);
        finish(sim, number, &Answer::Reset, None);
        return Answer::Reset;
    }
    let Ok(body) = Limited::new(body, sim.settings.limits.body_bytes_max).collect().await else {
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 20422, "Request entity too large")
            .into_reply()
            .into_answer();
    };
    let body = body.to_bytes();
    let number = record(sim, &parts, &body);
    let call = Call {
        number,
        method: &parts.method,
        path: segments(parts.uri.path()),
        full_path: parts.uri.path(),
        headers: &parts.headers,
        query: form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect(),
        form: form(&parts.headers, &body),
    };
    answer_read(sim, &call, operation).await
}

async fn answer_read(sim: &Arc<Sim>, call: &Call<'_>, operation: Operation) -> Answer {
    let params = if operation == Operation::Create { &call.form } else { &call.query };
    let fault = {
        let state = &mut *sim.state();
        state.faults.strike_read(operation, param(params, "To"), &mut state.rng)
    };
    let Some(fault) = fault else {
        let reply = reply(sim, call).await;
        let sid = reply.created_sid.clone();
        let answer = reply.into_answer();
        finish(sim, call.number, &answer, sid);
        return answer;
    };
    strike(sim, call.number, fault.kind);
    let (answer, sid) = faulty::answer(sim, call, &fault).await;
    finish(sim, call.number, &answer, sid);
    answer
}

/// The answer without any fault, after the latency.
async fn reply(sim: &Arc<Sim>, call: &Call<'_>) -> Reply {
    let reply = route(sim, call).await.unwrap_or_else(|error| {
        if operation_of(call.method, &call.path) == Operation::Create {
            sim.state().counts.refused += 1;
        }
        error.into_reply()
    });
    latency(sim).await;
    reply
}

async fn route(sim: &Arc<Sim>, call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = auth::check(sim, call)?;
    match (call.method, &call.path[1..]) {
        (&Method::GET, []) => Ok(messages::account(account)),
        (&Method::POST, ["Messages.json"]) => create::create(sim, account, &call.form).await,
        (&Method::GET, ["Messages.json"]) => list::list(sim, account, call),
        (method, ["Messages", file]) => match (method, file.strip_suffix(".json")) {
            (&Method::GET, Some(sid)) => messages::fetch(sim, account, sid, call),
            (&Method::POST, Some(sid)) => messages::update(sim, account, sid, call),
            (&Method::DELETE, Some(sid)) => messages::delete(sim, account, sid, call),
            _ => Err(ApiError::not_found(call.full_path)),
        },
        _ => Err(ApiError::not_found(call.full_path)),
    }
}

async fn latency(sim: &Sim) {
    let pause_ms = {
        let state = &mut *sim.state();
        let jitter_ms = match state.behaviour.latency_jitter_ms {
            0 => 0,
            max => rand::RngExt::random_range(&mut state.rng, 0..=max),
        };
        state.behaviour.latency_ms + jitter_ms
    };
    if pause_ms > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
    }
}

fn operation(parts: &Parts) -> Operation {
    operation_of(&parts.method, &segments(parts.uri.path()))
}

fn operation_of(method: &Method, path: &[&str]) -> Operation {
    match (method, path) {
        (&Method::POST, [_, "Messages.json"]) => Operation::Create,
        (&Method::GET, [_, "Messages.json"]) => Operation::List,
        _ => Operation::Fetch,
    }
}

/// The segments after `/2010-04-01/Accounts`; at least one, and the account without `.json`.
fn segments(path: &str) -> Vec<&str> {
    let rest = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix("/Accounts/")).unwrap_or_default();
    let mut segments: Vec<&str> = rest.split('/').collect();
    if let [account] = &mut segments[..] {
        *account = account.strip_suffix(".json").unwrap_or_default();
    }
    segments
}

fn form(headers: &HeaderMap, body: &[u8]) -> Params {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        form_urlencoded::parse(body).into_owned().collect()
    } else {
        Params::new()
    }
}

fn record(sim: &Sim, parts: &Parts, body: &Bytes) -> u64 {
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = if name == header::AUTHORIZATION { auth::without_password(value) } else { lossy(value) };
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    let at = sim.now();
    let mut state = sim.state();
    state.counts.requests += 1;
    state.requests.push(|number| RequestRecord {
        number,
        at,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        body: String::from_utf8_lossy(body).into_owned(),
        answer: "pending".to_owned(),
        fault: None,
        message_sid: None,
    })
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Puts a fault on record, at once: the answer may never come.
fn strike(sim: &Sim, number: u64, fault: FaultKind) {
    let mut state = sim.state();
    state.counts.faults += 1;
    if let Some(record) = state.requests.get_mut(number) {
        record.fault = Some(fault);
    }
}

fn finish(sim: &Sim, number: u64, answer: &Answer, created_sid: Option<String>) {
    if let Some(record) = sim.state().requests.get_mut(number) {
        record.answer = match answer {
            Answer::Reply(response) => response.status().as_str().to_owned(),
            Answer::Drop => "dropped".to_owned(),
            Answer::Reset => "reset".to_owned(),
        };
        record.message_sid = created_sid;
    }
}
