//! What Deskbell's HTTP services share: problem answers, strict extractors, limits, probes, the listener itself.
//!
//! It holds no route of any service and knows nothing of chats; it makes all services answer alike.

mod problem;

pub use problem::{FieldProblem, PROBLEM_JSON, Problem};
