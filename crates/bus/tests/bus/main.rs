//! What the bus promises: the contract of every bus, and how RabbitMQ keeps it when things go wrong.

#![expect(clippy::unwrap_used, reason = "the contract's behaviours are tests, though clippy sees functions")]

mod backend;
mod broken;
mod contract;
mod deployment;
mod handles;
mod routing;
mod tls;
