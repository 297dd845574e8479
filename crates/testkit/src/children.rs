//! Child processes that never outlive this process.
//!
//! Before a child is started, a small shell is, in a process group of its own, reading from a pipe which only this
//! process can write to. The child joins that group. When this process ends, in whatever way, the pipe ends, and the
//! shell has the group killed. So there is no moment at which a child is unwatched.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::holds_within;

/// `$1` is a folder to remove at the end, or nothing. The shell would kill itself with its group, so that is done from
/// outside of the group; what is sent to the whole group before is not meant for it.
const WATCHDOG: &str = r#"trap '' HUP INT TERM
cat >/dev/null
exec setsid /bin/sh -c 'kill -KILL "-$1"
[ -z "$2" ] || rm -rf -- "$2" || { sleep 1; rm -rf -- "$2"; }' sh $$ "$1""#;

/// How long killed processes may take to go.
const KILLED_WITHIN: Duration = Duration::from_secs(5);

/// A child process and all that it starts.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
    watchdog: Child,
    status: Option<ExitStatus>,
}

impl Group {
    /// Starts a command. When this process ends before the child, `folder` is removed too.
    pub(crate) fn spawn(command: &mut Command, folder: Option<&Path>) -> io::Result<Self> {
        let mut watchdog = watch(folder)?;
        let group = i32::try_from(watchdog.id()).expect("process ids are positive");
        match command.process_group(group).spawn() {
            Ok(child) => Ok(Self { child, watchdog, status: None }),
            Err(error) => {
                let _ = watchdog.kill().and_then(|()| watchdog.wait());
                Err(error)
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the child ended, if it has.
    pub(crate) fn status(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self.child.try_wait().expect("the child can be waited for");
        }
        self.status
    }

    /// Kills the whole group at once and waits until the child is gone.
    pub(crate) fn kill9(&mut self) {
        if self.watchdog.try_wait().is_ok_and(|status| status.is_none()) {
            // Processes of PostgreSQL leave its group, and one that serves a connection might still answer.
            self.signal(Signal::STOP);
            let left = self.status().map_or_else(|| children_of(self.id()), |_ended| Vec::new());
            self.signal(Signal::KILL);
            for process in &left {
                let _ = kill_process(*process, Signal::KILL);
            }
            holds_within(KILLED_WITHIN, || !left.iter().copied().any(is_running));
            let _ = self.watchdog.wait();
        }
        if self.status.is_none() {
            self.status = self.child.wait().ok();
        }
    }

    /// Sends a signal to the child and waits for its end; `None` when it has not ended `within` that time.
    pub(crate) fn end_by(&mut self, signal: Signal, within: Duration) -> Option<ExitStatus> {
        if self.status().is_none() {
            let _ = kill_process(Pid::from_child(&self.child), signal);
        }
        holds_within(within, || self.status().is_some());
        self.status
    }

    /// Sends a signal to the whole group.
    pub(crate) fn signal(&self, signal: Signal) {
        let watchdog = Pid::from_child(&self.watchdog);
        // Each fails only when there is nobody left.
        let _ = kill_process_group(watchdog, signal);
        // A stopped watchdog would not watch.
        let _ = kill_process(watchdog, Signal::CONT);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// The processes that a process has started, as far as they are still its children.
fn children_of(process: u32) -> Vec<Pid> {
    let listed = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let listed = listed.unwrap_or_default();
    listed.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}

/// Whether there is such a process, and more of it than what nobody has waited for yet.
fn is_running(process: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    // The state stands behind the name, which may hold anything.
    status.is_ok_and(|status| status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z')))
}

/// Starts the shell that waits for the end of this process.
fn watch(folder: Option<&Path>) -> io::Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", WATCHDOG, "sh"])
        .arg(folder.unwrap_or(Path::new("")))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}
