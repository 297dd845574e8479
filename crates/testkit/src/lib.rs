//! Servers and processes for tests.
//!
//! Everything here starts what it needs itself, on free loopback ports and in temporary folders, and never touches a
//! PostgreSQL or RabbitMQ that may be running on the machine. Whatever was started dies with the test process, however
//! that ends. Starting and stopping block the calling thread, which is fine in a test; what a test waits for while its
//! own tasks run is async.
//!
//! [`shared`] is what most tests want: a database or a virtual host of their own on a server that the whole run
//! shares. Tests that kill a server start one of their own.

mod children;
mod management;
mod postgres;
mod process;
mod rabbit;
pub mod shared;
mod wait;
mod web_socket;

pub use postgres::{Postgres, PostgresServer, TestDatabase};
pub use process::{Process, free_port, workspace_binary};
pub use rabbit::{Broker, RabbitServer, TestVhost};
pub use wait::{wait_until, wait_until_blocking};
pub use web_socket::{Heard, Refused, WebSocket};
