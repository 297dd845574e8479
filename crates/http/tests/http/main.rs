//! The shared HTTP pieces, from outside: a real server on a free port, asked by a real client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod clients;
mod limits;
mod listener;
mod log;
mod origins;
mod probes;
mod problems;
mod server;
