//! Servers that all tests of a run share.
//!
//! Under `with-servers` they are started once and handed down through the environment. Without it, each test process
//! starts its own when it first asks: slower, with the same result.

use std::sync::LazyLock;

use url::Url;

use crate::{Broker, Postgres, PostgresServer, RabbitServer, TestDatabase, TestVhost};

/// Holds the URL of the maintenance database of the run's PostgreSQL.
pub const POSTGRES_VARIABLE: &str = "DESKBELL_TEST_POSTGRES_URL";
/// Holds the URL of the default virtual host of the run's RabbitMQ.
pub const AMQP_VARIABLE: &str = "DESKBELL_TEST_AMQP_URL";
/// Holds the URL of that RabbitMQ's management interface.
pub const MANAGEMENT_VARIABLE: &str = "DESKBELL_TEST_AMQP_MANAGEMENT_URL";

/// The run's PostgreSQL.
///
/// # Panics
/// When it does not start.
pub fn postgres() -> Postgres {
    static OWN: LazyLock<PostgresServer> =
        LazyLock::new(|| PostgresServer::start().expect("PostgreSQL starts"));
    variable(POSTGRES_VARIABLE).map_or_else(|| OWN.server(), Postgres::at)
}

/// The run's RabbitMQ.
///
/// # Panics
/// When it does not start.
pub fn rabbit() -> Broker {
    static OWN: LazyLock<RabbitServer> = LazyLock::new(|| RabbitServer::start().expect("RabbitMQ starts"));
    match (variable(AMQP_VARIABLE), variable(MANAGEMENT_VARIABLE)) {
        (Some(amqp), Some(management)) => Broker::at(port_of(&amqp), port_of(&management)),
        _ => OWN.broker(),
    }
}

/// A new, empty database.
///
/// # Panics
/// When it cannot be made.
pub fn database() -> TestDatabase {
    postgres().create_test_database().expect("the run's PostgreSQL makes a database")
}

/// A new, empty virtual host.
///
/// # Panics
/// When it cannot be made.
pub fn vhost() -> TestVhost {
    rabbit().create_test_vhost().expect("the run's RabbitMQ makes a virtual host")
}

fn port_of(url: &str) -> u16 {
    let port = Url::parse(url).ok().and_then(|url| url.port());
    port.unwrap_or_else(|| panic!("{url} is no URL with a port"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is how a run hands its servers to its processes"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
