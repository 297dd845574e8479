//! The control API: what the stand-in saw, and how it shall behave. JSON only, so that no web page of a stranger can
//! command it from a browser: such a request would need permission that is never given.

mod behaviour;
mod faults;
mod records;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::inbound;
use crate::sim::Sim;
use crate::wire::{Body, json, no_content};

/// What every path of the control API begins with.
pub(crate) const ROOT: &str = "/control";

/// What there is, for people who look around.
const PATHS: [&str; 9] = [
    "GET /control/counts",
    "GET /control/requests|messages|callbacks?after=&limit=",
    "GET|POST|DELETE /control/faults",
    "GET|PUT|DELETE /control/faults/{id}",
    "GET|PATCH /control/behaviour",
    "GET /control/recipients, PUT|DELETE /control/recipients/{number}",
    "GET /control/opt-outs, PUT|DELETE /control/opt-outs/{sender}/{person}",
    "POST /control/inbound",
    "POST /control/reset",
];

/// Most bytes of a request's body.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// What went wrong with a request to the control API.
struct Refusal(StatusCode, String);

type Outcome = Result<Response<Body>, Refusal>;

/// Answers one request to the control API.
pub(crate) async fn answer(sim: &Arc<Sim>, request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return refuse(&Refusal(StatusCode::PAYLOAD_TOO_LARGE, error.to_string())),
    };
    let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_json = content_type.is_some_and(|value| value.starts_with(b"application/json"));
    if parts.method == Method::POST && !is_json {
        let message = "send JSON with Content-Type: application/json".to_owned();
        return refuse(&Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let path = parts.uri.path().trim_start_matches(ROOT).trim_matches('/').to_owned();
    let segments: Vec<&str> = path.split('/').collect();
    let query: Vec<(String, String)> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    route(sim, &parts.method, &segments, &query, &body).await.unwrap_or_else(|refusal| refuse(&refusal))
}

async fn route(
    sim: &Arc<Sim>,
    method: &Method,
    path: &[&str],
    query: &[(String, String)],
    body: &Bytes,
) -> Outcome {
    match (method.as_str(), path) {
        ("GET", [""]) => Ok(json(StatusCode::OK, &json!({ "paths": PATHS }))),
        ("GET", ["counts"]) => Ok(records::counts(sim)),
        ("GET", ["requests"]) => records::requests(sim, query),
        ("GET", ["messages"]) => records::messages(sim, query),
        ("GET", ["callbacks"]) => records::callbacks(sim, query),
        ("GET", ["faults"]) => Ok(faults::list(sim)),
        ("POST", ["faults"]) => faults::add(sim, &parse(body)?),
        ("DELETE", ["faults"]) => Ok(faults::clear(sim)),
        ("GET", ["faults", id]) => faults::get(sim, id),
        ("PUT", ["faults", id]) => faults::replace(sim, id, parse(body)?),
        ("DELETE", ["faults", id]) => faults::remove(sim, id),
        ("GET", ["behaviour"]) => Ok(behaviour::get(sim)),
        ("PATCH", ["behaviour"]) => behaviour::change(sim, parse(body)?),
        ("GET", ["recipients"]) => Ok(behaviour::rules(sim)),
        ("PUT", ["recipients", number]) => behaviour::set_rule(sim, number, Some(parse(body)?)),
        ("DELETE", ["recipients", number]) => behaviour::set_rule(sim, number, None),
        ("GET", ["opt-outs"]) => Ok(behaviour::opt_outs(sim)),
        ("PUT", ["opt-outs", sender, person]) => Ok(behaviour::set_opted_out(sim, person, sender, true)),
        ("DELETE", ["opt-outs", sender, person]) => Ok(behaviour::set_opted_out(sim, person, sender, false)),
        ("POST", ["inbound"]) => {
            let receipt = inbound::receive(sim, parse(body)?).await;
            receipt.map(|receipt| json(StatusCode::OK, &receipt)).map_err(bad)
        }
        ("POST", ["reset"]) => {
            sim.reset();
            Ok(no_content())
        }
        _ => Err(Refusal(StatusCode::NOT_FOUND, "there is no such path or method".to_owned())),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| bad(error.to_string()))
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, message.into())
}

fn refuse(Refusal(status, message): &Refusal) -> Response<Body> {
    json(*status, &json!({ "error": message }))
}
