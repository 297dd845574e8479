//! Twilio's Messages API, seen from a sender that must never text anybody twice.
//!
//! Owns: the HTTP client with its exact account of what may have happened to a request ([`SendError`]), the signature of
//! webhooks ([`signature`]), the forms of webhooks ([`callback`]) and the meaning of error codes ([`explain`]).
//! Refuses: retries, backoff, scheduling and storage; those are decisions of the delivery state machine.

pub mod callback;
mod client;
mod errors;
mod message;
pub mod signature;

pub use client::{
    Auth, BuildError, Client, ClientSettings, Credentials, ListFilter, NewMessage, ReadError, SendError,
    Sender, http_client,
};
pub use errors::{ErrorClass, Explanation, Phase, explain, explain_in};
pub use message::{Account, Message, MessageStatus};
