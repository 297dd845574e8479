//! A program of ours under test: started, watched through its log, killed.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::children::Group;
use crate::wait::holds_within;

/// A running program whose output goes to a file.
#[derive(Debug)]
pub struct Process {
    name: String,
    group: Group,
    log: PathBuf,
    _folder: TempDir,
}

impl Process {
    /// Starts a command with its output in a file. `name` is for messages.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn(name: &str, command: &mut Command) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let log = folder.path().join("log");
        let group = log_to(&log, command)
            .and_then(|command| Group::spawn(command, Some(folder.path())))
            .unwrap_or_else(|error| panic!("cannot start {name} ({command:?}): {error}"));
        Self { name: name.to_owned(), group, log, _folder: folder }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// All that it has written so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Waits for a line that contains `text` and returns it.
    ///
    /// # Panics
    /// When the line does not come `within` that time, or the program ends before; the message has the log.
    #[track_caller]
    pub fn wait_for_line(&mut self, text: &str, within: Duration) -> String {
        let mut found = None;
        holds_within(within, || {
            let ended = self.status().is_some();
            found = self.log().lines().find(|line| line.contains(text)).map(str::to_owned);
            found.is_some() || ended
        });
        found.unwrap_or_else(|| panic!("{} has not written {text:?}:\n{}", self.name, self.log()))
    }

    /// How it ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.group.status()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it has not ended `within` that time; the message has the log.
    #[track_caller]
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        holds_within(within, || self.status().is_some());
        self.status().unwrap_or_else(|| panic!("{} has not ended:\n{}", self.name, self.log()))
    }

    /// `kill -9`, for it and all that it has started; returns when it is gone.
    pub fn kill9(&mut self) {
        self.group.kill9();
    }

    /// Asks it to end by `SIGTERM` and waits.
    ///
    /// # Panics
    /// When it has not ended `within` that time; the message has the log.
    #[track_caller]
    pub fn terminate(&mut self, within: Duration) -> ExitStatus {
        self.group
            .end_by(Signal::TERM, within)
            .unwrap_or_else(|| panic!("{} has not ended on SIGTERM:\n{}", self.name, self.log()))
    }

    /// Stops it in its tracks, as if the machine had no time for it.
    pub fn freeze(&self) {
        self.group.signal(Signal::STOP);
    }

    /// Lets it go on after [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.group.signal(Signal::CONT);
    }
}

/// Sends the output of a command to the end of a file.
pub(crate) fn log_to<'a>(path: &Path, command: &'a mut Command) -> io::Result<&'a mut Command> {
    let log = File::options().create(true).append(true).open(path)?;
    Ok(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))
}

/// A program of this workspace, built for the profile of the running test.
///
/// # Panics
/// When it has not been built; the message says how.
pub fn workspace_binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a process knows its program");
    // Tests lie in `target/<profile>/deps`, programs one level higher.
    let path = test.ancestors().skip(1).map(|folder| folder.join(name)).find(|path| path.is_file());
    path.unwrap_or_else(|| panic!("{name} has not been built; run `cargo build --bin {name}`"))
}

/// A port of the loopback interface on which nobody listens.
///
/// It lies below the range from which the system takes ports for outgoing connections, so it stays free for a while.
pub fn free_port() -> u16 {
    (0..1000)
        .map(|_| rand::random_range(10_000..32_000))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one in a thousand ports is free")
}
