//! The PostgreSQL and the RabbitMQ that all stacks share, and a site on them for each run.

use anyhow::Result;
use deskbell_testkit::{PostgresServer, RabbitServer, TestDatabase, TestVhost};

/// PostgreSQL on a machine that is its own: memory for the data, and no checkpoint in the middle of a run.
const POSTGRES_SETTINGS: &[(&str, &str)] = &[
    ("shared_buffers", "1GB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "30min"),
    // Plans follow growing tables within seconds, as they do within minutes where nobody is in a hurry.
    ("autovacuum_naptime", "2s"),
];

/// Both servers.
#[derive(Debug)]
pub struct Servers {
    postgres: PostgresServer,
    rabbit: RabbitServer,
}

/// An empty database and an empty virtual host, gone when this is dropped.
#[derive(Debug)]
pub struct Site {
    /// The database.
    pub database: TestDatabase,
    /// The virtual host.
    pub vhost: TestVhost,
}

impl Servers {
    /// Starts them. What PostgreSQL commits is on disk.
    pub fn start() -> Result<Self> {
        let mut postgres = PostgresServer::start_durable()?;
        for (setting, value) in POSTGRES_SETTINGS {
            postgres.server().execute(&format!("ALTER SYSTEM SET {setting} = '{value}'"))?;
        }
        postgres.stop()?;
        postgres.start_again()?;
        Ok(Self { postgres, rabbit: RabbitServer::start()? })
    }

    /// A site for one run, with nothing left to write from the last.
    pub fn site(&self) -> Result<Site> {
        let site = Site {
            database: self.postgres.server().create_test_database()?,
            vhost: self.rabbit.broker().create_test_vhost()?,
        };
        self.postgres.server().execute("CHECKPOINT")?;
        Ok(site)
    }

    /// PostgreSQL's first process.
    pub fn postgres_pid(&self) -> Option<u32> {
        self.postgres.id()
    }
}
