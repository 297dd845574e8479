//! Changing how the stand-in behaves, in general and for one number.

use hyper::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::{Outcome, bad};
use crate::behaviour::RecipientRule;
use crate::sim::Sim;
use crate::wire::{Body, json, no_content};

/// `GET /control/behaviour`
pub(super) fn get(sim: &Sim) -> Response<Body> {
    let state = sim.state();
    json(StatusCode::OK, &state.behaviour)
}

/// `PATCH /control/behaviour`: what is named changes, the rest stays.
pub(super) fn change(sim: &Sim, changes: Map<String, Value>) -> Outcome {
    {
        let mut state = sim.state();
        let mut behaviour = serde_json::to_value(&state.behaviour).map_err(|error| bad(error.to_string()))?;
        for (key, value) in changes {
            behaviour[key] = value;
        }
        state.behaviour = serde_json::from_value(behaviour).map_err(|error| bad(error.to_string()))?;
    }
    Ok(get(sim))
}

/// `GET /control/recipients`
pub(super) fn rules(sim: &Sim) -> Response<Body> {
    json(StatusCode::OK, &json!({ "recipients": sim.state().rules() }))
}

/// `PUT|DELETE /control/recipients/{number}`
pub(super) fn set_rule(sim: &Sim, number: &str, rule: Option<RecipientRule>) -> Outcome {
    let set = sim.state().set_rule(plus(number), rule);
    if set { Ok(no_content()) } else { Err(bad("there are too many recipients with rules")) }
}

/// `GET /control/opt-outs`
pub(super) fn opt_outs(sim: &Sim) -> Response<Body> {
    let state = sim.state();
    let pairs: Vec<Value> =
        state.opt_outs().map(|(person, sender)| json!({ "person": person, "sender": sender })).collect();
    json(StatusCode::OK, &json!({ "opt_outs": pairs }))
}

/// `PUT|DELETE /control/opt-outs/{sender}/{person}`
pub(super) fn set_opted_out(sim: &Sim, person: &str, sender: &str, out: bool) -> Response<Body> {
    sim.state().set_opted_out(&plus(person), &plus(sender), out);
    no_content()
}

/// A number of a path, in which `+` may be escaped.
fn plus(number: &str) -> String {
    number.replace("%2B", "+").replace("%2b", "+")
}
