//! What Deskbell's HTTP services share: problem answers, strict extractors, limits, probes, the listener itself.
//!
//! It holds no route of any service and knows nothing of chats; it makes all services answer alike.

mod body;
mod client_ip;
mod edge;
mod json;
mod listen;
mod origins;
mod probes;
mod problem;
mod query;
mod rate_limit;
mod server;
mod trace;
mod upgrade;
mod validation;

pub use body::{BodyLimit, BoundedBody};
pub use client_ip::{ClientIp, ForwardedBy, NetworkKey};
pub use json::JsonBody;
pub use origins::Origins;
pub use probes::{Dependency, Probes};
pub use problem::{FieldProblem, PROBLEM_JSON, Problem, ProblemBody};
pub use query::QueryParams;
pub use rate_limit::RateLimiter;
pub use server::{BindError, Bound, Listener, app, bind};
pub use trace::RequestTrace;
pub use upgrade::take_over;
