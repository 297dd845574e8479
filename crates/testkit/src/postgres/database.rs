//! Databases, and SQL for setting a scene; a test's own queries go through the code under test.

use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};
use url::Url;

use super::installation::programs;

/// Where a PostgreSQL server is.
#[derive(Debug, Clone)]
pub struct Postgres {
    url: String,
}

/// A database for one test, dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    server: Postgres,
    name: String,
    url: String,
}

impl Postgres {
    pub(crate) fn at(url: String) -> Self {
        Self { url }
    }

    /// The URL of the maintenance database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates a database whose name nobody else has.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn create_test_database(&self) -> Result<TestDatabase> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        self.create_database(&format!("test_{}_{count}", std::process::id()))
    }

    /// Creates a database of this name.
    ///
    /// # Errors
    /// When the server cannot be reached, or there is one already.
    pub fn create_database(&self, name: &str) -> Result<TestDatabase> {
        self.execute(&format!("CREATE DATABASE \"{name}\""))?;
        let mut url = Url::parse(&self.url)?;
        url.set_path(name);
        Ok(TestDatabase { server: self.clone(), name: name.to_owned(), url: url.into() })
    }

    /// Runs SQL in the maintenance database.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn execute(&self, sql: &str) -> Result<()> {
        execute(&self.url, sql)
    }

    pub(super) fn answers(&self) -> bool {
        let Ok(url) = Url::parse(&self.url) else { return false };
        let address = (url.host_str().unwrap_or_default(), url.port().unwrap_or(5432));
        TcpStream::connect(address).is_ok() && self.execute("SELECT 1").is_ok()
    }
}

impl TestDatabase {
    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs SQL in it.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn execute(&self, sql: &str) -> Result<()> {
        execute(&self.url, sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Fails when the server is down, and then the database goes with the server's folder.
        let _ = self.server.execute(&format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name));
    }
}

fn execute(url: &str, sql: &str) -> Result<()> {
    let psql = programs()?.join("psql");
    let output = Command::new(psql)
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url, "--command", sql])
        .output()
        .context("cannot run psql")?;
    ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
