//! sms-notifier: hears what happened in the chats, tells the right people by SMS, and follows every SMS to its end.
//!
//! ```text
//! broker ─► consumer ─► engine.hear: inbox + deliveries, one transaction ─► ack
//!                          │ wakes
//!            dispatcher ─► engine.claim: budget + attempt committed ─► channel.send ─► engine.settle
//!            keeper     ─► engine.expire (leases), engine.reconcile (ambiguous attempts)
//!            /twilio/*  ─► engine.report (signed callbacks), engine.opt_out
//! ```
//!
//! The engine's steps are plain functions on store, clock and channel, so that a simulation can drive them one by one.

mod application;
pub mod channels;
pub mod consumer;
mod dispatcher;
pub mod engine;
pub mod events;
pub mod faults;
mod keeper;
mod routes;

pub use application::Application;
