//! Scripting faults.

use hyper::{Response, StatusCode};
use serde_json::json;

use super::{Outcome, Refusal, bad};
use crate::faults::{Fault, FaultSpec};
use crate::sim::Sim;
use crate::wire::{Body, json, no_content};

/// `GET /control/faults`
pub(super) fn list(sim: &Sim) -> Response<Body> {
    let state = sim.state();
    let faults: Vec<&Fault> = state.faults.iter().collect();
    json(StatusCode::OK, &json!({ "faults": faults }))
}

/// `POST /control/faults`
pub(super) fn add(sim: &Sim, spec: &FaultSpec) -> Outcome {
    let id = sim.state().faults.add(spec.clone()).ok_or_else(|| bad("there are too many faults"))?;
    Ok(json(StatusCode::CREATED, &json!({ "id": id, "spec": spec })))
}

/// `DELETE /control/faults`
pub(super) fn clear(sim: &Sim) -> Response<Body> {
    sim.state().faults.clear();
    no_content()
}

/// `GET /control/faults/{id}`
pub(super) fn get(sim: &Sim, id: &str) -> Outcome {
    let id = parse_id(id)?;
    let state = sim.state();
    state.faults.get(id).map(|fault| json(StatusCode::OK, fault)).ok_or_else(unknown)
}

/// `PUT /control/faults/{id}`
pub(super) fn replace(sim: &Sim, id: &str, spec: FaultSpec) -> Outcome {
    if sim.state().faults.replace(parse_id(id)?, spec) { get(sim, id) } else { Err(unknown()) }
}

/// `DELETE /control/faults/{id}`
pub(super) fn remove(sim: &Sim, id: &str) -> Outcome {
    if sim.state().faults.remove(parse_id(id)?) { Ok(no_content()) } else { Err(unknown()) }
}

fn parse_id(id: &str) -> Result<u64, Refusal> {
    id.parse().map_err(|_| unknown())
}

fn unknown() -> Refusal {
    Refusal(StatusCode::NOT_FOUND, "there is no such fault".to_owned())
}
