//! RabbitMQ: a broker of one's own, and virtual hosts on any broker.

mod broker;

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::children::Group;
use crate::process::{free_port, log_to};
use crate::wait::holds_within;
pub use broker::{Broker, TestVhost};

/// The server itself; the program in `/usr/sbin` would change the user.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const READY_WITHIN: Duration = Duration::from_secs(120);
const STOPPED_WITHIN: Duration = Duration::from_secs(60);
const READY_LINE: &str = "Server startup complete";

/// A RabbitMQ broker of one's own, which can be killed, started again, and deprived of its data.
#[derive(Debug)]
pub struct RabbitServer {
    folder: TempDir,
    ports: Ports,
    /// Erlang's port mapper, which must be there before the broker and end after it.
    port_mapper: Option<Group>,
    group: Option<Group>,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    amqp: u16,
    management: u16,
    distribution: u16,
    port_mapper: u16,
}

impl Drop for RabbitServer {
    fn drop(&mut self) {
        // Before the folder goes: a broker that still runs would write into it again.
        self.kill9();
    }
}

impl RabbitServer {
    /// Starts an empty broker.
    ///
    /// # Errors
    /// When RabbitMQ is not installed or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with("")
    }

    /// Starts an empty broker with further lines of configuration.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(extra_configuration: &str) -> Result<Self> {
        ensure!(Path::new(SERVER).is_file(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
        let folder = tempfile::Builder::new().prefix("deskbell-rabbit-").tempdir()?;
        let ports = Ports {
            amqp: free_port(),
            management: free_port(),
            distribution: free_port(),
            port_mapper: free_port(),
        };
        fs::write(folder.path().join("enabled_plugins"), "[rabbitmq_management].\n")?;
        fs::write(folder.path().join("rabbitmq.conf"), configuration(ports) + extra_configuration)?;
        let mut server = Self { folder, ports, port_mapper: None, group: None };
        server.start_again()?;
        Ok(server)
    }

    /// Kills the broker, as a crash would; returns when it is gone.
    pub fn kill9(&mut self) {
        self.group = None;
        self.port_mapper = None;
        // The broker is a child of the script that was waited for; the system may still be clearing it away.
        let ports = [self.ports.amqp, self.ports.distribution, self.ports.management];
        holds_within(STOPPED_WITHIN, || {
            ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_err())
        });
    }

    /// Shuts the broker down in good order.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut group) = self.group.take() {
            group.signal(Signal::TERM);
            ensure!(holds_within(STOPPED_WITHIN, || group.status().is_some()), "RabbitMQ does not stop");
        }
        self.port_mapper = None;
        Ok(())
    }

    /// Starts the broker after [`kill9`](Self::kill9) or [`stop`](Self::stop), on the same ports and data.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<()> {
        // Only what this start writes counts.
        let _ = fs::remove_file(self.log_path());
        self.port_mapper = Some(self.spawn_port_mapper()?);
        self.group = Some(self.spawn()?);
        let mut ended = false;
        let ready = holds_within(READY_WITHIN, || {
            ended = self.group.as_mut().is_none_or(|group| group.status().is_some());
            ended || self.log().contains(READY_LINE)
        });
        ensure!(ready && !ended, "RabbitMQ does not start:\n{}", self.log());
        Ok(())
    }

    /// Deletes all that a stopped or killed broker has stored.
    ///
    /// # Errors
    /// When it is still running.
    pub fn wipe_data(&mut self) -> Result<()> {
        ensure!(self.group.is_none(), "the broker is running");
        fs::remove_dir_all(self.data()).context("the broker has data")
    }

    /// Stops the broker in its tracks, as if the machine had no time for it.
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
    pub fn broker(&self) -> Broker {
        Broker::at(self.ports.amqp, self.ports.management)
    }

    /// The URL of its default virtual host.
    pub fn url(&self) -> String {
        self.broker().url("/")
    }

    /// All that it has written since it was started last.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Makes the broker write down the queues and bindings it was told of. By itself it takes some seconds to do so,
    /// and what was declared shortly before a kill may be gone.
    ///
    /// # Errors
    /// As [`control`](Self::control).
    pub fn flush_declarations(&self) -> Result<()> {
        let flush = "[ok = dets:sync(Table) || Table <- dets:all()], ok = mnesia:sync_log().";
        self.control(&["eval", flush]).map(drop)
    }

    /// Runs `rabbitmqctl` with these arguments and returns its output. Takes a second or two.
    ///
    /// # Errors
    /// When it fails; the message has its output.
    pub fn control(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(Path::new(SERVER).with_file_name("rabbitmqctl"));
        let output = command.args(arguments).output().context("cannot run rabbitmqctl")?;
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "rabbitmqctl {arguments:?}: {text}");
        Ok(text)
    }

    fn spawn(&self) -> Result<Group> {
        let mut command = self.command(SERVER);
        Ok(Group::spawn(log_to(&self.log_path(), &mut command)?, Some(self.folder.path()))?)
    }

    /// Runs the port mapper in the foreground: one that the broker started itself would outlive it.
    fn spawn_port_mapper(&self) -> Result<Group> {
        let port = self.ports.port_mapper.to_string();
        let mut command = self.command("epmd");
        command.args(["-address", "127.0.0.1", "-port", &port]);
        let group = Group::spawn(log_to(&self.log_path(), &mut command)?, None)?;
        let ready =
            holds_within(READY_WITHIN, || TcpStream::connect(("127.0.0.1", self.ports.port_mapper)).is_ok());
        ensure!(ready, "epmd does not start");
        Ok(group)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env("HOME", folder)
            .env("ERL_EPMD_PORT", self.ports.port_mapper.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODENAME", format!("deskbell{}@localhost", self.ports.amqp))
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.ports.amqp.to_string())
            .env("RABBITMQ_DIST_PORT", self.ports.distribution.to_string())
            .env("RABBITMQ_MNESIA_BASE", self.data())
            .env("RABBITMQ_LOG_BASE", folder.join("logs"))
            .env("RABBITMQ_LOGS", "-")
            .env("RABBITMQ_CONF_ENV_FILE", folder.join("none"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("enabled_plugins"))
            // The scheduler's busy waiting would take the few cores from the test.
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none");
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

fn configuration(ports: Ports) -> String {
    format!(
        "management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {}\n\
         distribution.listener.interface = 127.0.0.1\n\
         log.console = true\nlog.console.level = info\n\
         disk_free_limit.absolute = 50MB\n",
        ports.management
    )
}
