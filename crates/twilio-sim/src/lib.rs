//! A faithful stand-in for Twilio's Messages API: for tests, for benchmarks and for anyone without an account.
//!
//! Owns: the API's paths, types and error codes, a timed status machine with signed callbacks, scripted faults on the
//! wire, a control API over everything it saw, and a page that shows the phones. It never deduplicates creates, because
//! Twilio does not. Refuses: texting anybody, speaking to anything but loopback unless told so, and remembering without
//! bound.

mod api;
mod behaviour;
mod callbacks;
mod control;
mod faults;
mod inbound;
mod journey;
mod page;
mod server;
mod settings;
mod sim;
mod state;
mod twiml;
mod wire;

pub use behaviour::{Behaviour, CallbackMode, Outcome, RecipientRule};
pub use faults::{FaultKind, FaultSpec, Operation};
pub use inbound::{InboundReceipt, NewInbound};
pub use server::{SimHandle, TwilioSim};
pub use settings::{Limits, SettingsError, SimSettings};
pub use sim::StartError;
pub use state::{AcceptedMessage, CallbackRecord, Counts, RequestRecord};
