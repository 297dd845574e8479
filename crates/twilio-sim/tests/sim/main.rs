//! The stand-in from outside: over HTTP, as an application and as a test script use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod api;
mod callbacks;
mod control;
mod faults;
mod inbound;
mod lists;
mod page;
mod receiver;
mod setup;
