//! A process of a stack: described, started, waited for.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use deskbell_testkit::{Process, free_port, wait_until};

use crate::http::{Connection, get};

const READY_WITHIN: Duration = Duration::from_secs(60);
const ENDED_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks at a process that starts.
const LOOK_EVERY: Duration = Duration::from_micros(500);

/// How to start a process.
#[derive(Debug)]
pub struct Launch {
    /// The program with arguments and environment.
    pub command: Command,
    /// For messages.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// How it shows that it runs at all.
    pub alive: &'static str,
    /// How it shows that it can do its work.
    pub ready: Ready,
}

/// How a process shows that it can do its work.
#[derive(Debug, Clone, Copy)]
pub enum Ready {
    /// A path is answered with success.
    Answers(&'static str),
    /// It writes this.
    Writes(&'static str),
}

/// A running process, killed when dropped.
#[derive(Debug)]
pub struct Service {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Launch {
    /// Starts it and waits until it can do its work.
    pub async fn start(self) -> Result<Service> {
        let (address, ready, name) = (self.address, self.ready, self.name);
        let mut service = self.start_unready();
        match ready {
            Ready::Answers(path) => {
                wait_until(name, READY_WITHIN, || async { answers(address, path).await }).await;
            }
            Ready::Writes(line) => {
                service.process.wait_for_line(line, READY_WITHIN);
            }
        }
        Ok(service)
    }

    /// Starts it.
    pub fn start_unready(mut self) -> Service {
        Service { process: Process::spawn(self.name, &mut self.command), address: self.address }
    }

    /// Starts it and tells how long it took to its first answer; then it is killed.
    pub async fn time_start(self) -> Result<Duration> {
        let (address, alive) = (self.address, self.alive);
        ensure!(!answers(address, alive).await, "something answers at {address} already");
        let mut command = tokio::process::Command::from(self.command);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).kill_on_drop(true);
        let start = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start {}", self.name))?;
        while !answers(address, alive).await {
            ensure!(start.elapsed() < READY_WITHIN, "{} does not answer", self.name);
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let took = start.elapsed();
        child.kill().await?;
        Ok(took)
    }
}

impl Service {
    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it has written.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Asks it to end and waits until it has.
    pub fn stop(mut self) {
        self.process.terminate(ENDED_WITHIN);
    }
}

/// A loopback address on which nobody listens.
pub fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

async fn answers(address: SocketAddr, path: &str) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    let answer = connection.exchange(get(path, address, "").as_bytes()).await;
    answer.is_ok_and(|answer| answer.status == 200)
}
