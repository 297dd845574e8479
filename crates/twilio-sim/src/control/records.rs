//! What the stand-in saw. Lists take `after` (a number) and `limit`, and tell how many there ever were.

use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::{Outcome, Refusal, bad};
use crate::sim::Sim;
use crate::state::{AcceptedMessage, Log, Message};
use crate::wire::{Body, json};

/// Entries of a list unless `limit` says otherwise.
const LIMIT_DEFAULT: usize = 1_000;
/// Most entries of a list.
const LIMIT_MAX: usize = 50_000;

/// `GET /control/counts`
pub(super) fn counts(sim: &Sim) -> Response<Body> {
    let counts = sim.state().counts;
    json(StatusCode::OK, &counts)
}

/// `GET /control/requests`
pub(super) fn requests(sim: &Sim, query: &[(String, String)]) -> Outcome {
    log("requests", &sim.state().requests, query)
}

/// `GET /control/callbacks`
pub(super) fn callbacks(sim: &Sim, query: &[(String, String)]) -> Outcome {
    log("callbacks", &sim.state().callbacks, query)
}

/// `GET /control/messages`, which takes `to` as well.
pub(super) fn messages(sim: &Sim, query: &[(String, String)]) -> Outcome {
    let window = Window::parse(query)?;
    let to = query.iter().find(|(key, _)| key == "to").map(|(_, value)| value);
    let state = sim.state();
    let entries: Vec<AcceptedMessage> = state
        .messages
        .iter()
        .filter(|message| message.number > window.after && to.is_none_or(|to| *to == message.to))
        .take(window.limit)
        .map(Message::record)
        .collect();
    let (total, forgotten) = (state.messages.total(), state.messages.forgotten());
    Ok(json(StatusCode::OK, &json!({ "total": total, "forgotten": forgotten, "messages": entries })))
}

fn log<T: Serialize>(name: &str, log: &Log<T>, query: &[(String, String)]) -> Outcome {
    let window = Window::parse(query)?;
    let entries: Vec<&T> = log.after(window.after).take(window.limit).collect();
    let content = json!({ "total": log.total(), "forgotten": log.forgotten(), name: entries });
    Ok(json(StatusCode::OK, &content))
}

struct Window {
    after: u64,
    limit: usize,
}

impl Window {
    fn parse(query: &[(String, String)]) -> Result<Self, Refusal> {
        let text = |name| query.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let after = text("after").map_or(Ok(0), |text| text.parse());
        let limit = text("limit").map_or(Ok(LIMIT_DEFAULT), |text| text.parse());
        let (Ok(after), Ok(limit)) = (after, limit) else { return Err(bad("after and limit are numbers")) };
        Ok(Self { after, limit: limit.min(LIMIT_MAX) })
    }
}
