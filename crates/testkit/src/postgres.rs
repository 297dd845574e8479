//! PostgreSQL: a server of one's own, and databases on any server.

mod database;
mod installation;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Signal, geteuid};
use tempfile::TempDir;

use crate::children::Group;
use crate::process::{free_port, log_to};
use crate::wait::holds_within;
pub use database::{Postgres, TestDatabase};
use installation::{programs, user_ids};

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
/// Whom PostgreSQL runs as when we are root, which it refuses to be.
const UNPRIVILEGED_USER: &str = "postgres";

/// A PostgreSQL server of one's own, which can be killed and started again.
#[derive(Debug)]
pub struct PostgresServer {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    durable: bool,
    run_as: Option<(u32, u32)>,
    group: Option<Group>,
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Before the folder goes: a server that still runs would write into it again.
        self.kill9();
    }
}

impl PostgresServer {
    /// Starts an empty server. What it commits survives its own death, but not that of the machine, for speed.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with(false)
    }

    /// The same, but with `fsync`, for measurements that are to mean something.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_durable() -> Result<Self> {
        Self::start_with(true)
    }

    fn start_with(durable: bool) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("deskbell-postgres-").tempdir()?;
        let run_as = if geteuid().is_root() { Some(user_ids(UNPRIVILEGED_USER)?) } else { None };
        if let Some((uid, gid)) = run_as {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let mut server =
            Self { programs: programs()?, folder, port: free_port(), durable, run_as, group: None };
        server.initialise()?;
        server.start_again()?;
        Ok(server)
    }

    /// Kills the server with all its connections, as a crash would; returns when it is gone.
    pub fn kill9(&mut self) {
        self.group = None;
    }

    /// Shuts the server down in good order, connections included.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut group) = self.group.take() {
            // For PostgreSQL an interrupt means: end all connections, then end.
            group.end_by(Signal::INT, STOPPED_WITHIN).context("PostgreSQL does not stop")?;
        }
        Ok(())
    }

    /// Kills the server and starts it again.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.kill9();
        self.start_again()
    }

    /// Starts the server after [`kill9`](Self::kill9) or [`stop`](Self::stop), on the same port and data.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        let ready = holds_within(READY_WITHIN, || {
            // Connections of a killed server may need a moment to notice; until then a new one refuses to start.
            if self.group.as_mut().is_none_or(|group| group.status().is_some()) {
                self.group = self.spawn().ok();
            }
            self.server().answers()
        });
        ensure!(ready, "PostgreSQL does not start:\n{}", self.log());
        Ok(())
    }

    /// Stops the server in its tracks, as if the machine had no time for it.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = &self.group {
            group.signal(signal);
        }
    }

    /// Where it is.
    pub fn server(&self) -> Postgres {
        Postgres::at(format!("postgres://postgres@127.0.0.1:{}/postgres", self.port))
    }

    /// The URL of its maintenance database.
    pub fn url(&self) -> String {
        self.server().url().to_owned()
    }

    /// Creates a database of this name.
    ///
    /// # Errors
    /// When there is one already.
    pub fn create_database(&self, name: &str) -> Result<TestDatabase> {
        self.server().create_database(name)
    }

    /// Makes it offer TLS with this certificate and key, both PEM.
    ///
    /// # Errors
    /// When the files cannot be written or PostgreSQL refuses them.
    pub fn encrypt(&self, certificate_pem: &str, key_pem: &str) -> Result<()> {
        for (name, content) in [("server.crt", certificate_pem), ("server.key", key_pem)] {
            let path = self.data().join(name);
            fs::write(&path, content)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            if let Some((uid, gid)) = self.run_as {
                chown(&path, Some(uid), Some(gid))?;
            }
        }
        self.server().execute("ALTER SYSTEM SET ssl = on")?;
        self.server().execute("SELECT pg_reload_conf()")
    }

    /// All that it has written so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The process id of the server, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.group.as_ref().map(Group::id)
    }

    fn initialise(&self) -> Result<()> {
        let mut command = self.command("initdb");
        command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let output = command.arg("-D").arg(self.data()).output().context("cannot run initdb")?;
        ensure!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn spawn(&self) -> Result<Group> {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-c", "max_connections=300"]);
        if !self.durable {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        Ok(Group::spawn(log_to(&self.log_path(), &mut command)?, Some(self.folder.path()))?)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder.path()).env("LC_ALL", "C");
        if let Some((uid, gid)) = self.run_as {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}
