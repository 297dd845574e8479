//! A real process on the frame: its exit codes, its last words, its reaction to signals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStderr>>,
}

impl Process {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(example());
        command.env_clear().envs(variables.iter().copied()).stderr(Stdio::piped());
        let mut child = command.current_dir(std::env::temp_dir()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads the log up to a line that contains this.
    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        let found = self.lines.by_ref().map(Result::unwrap).find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("the process ended without saying {text:?}"))
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code and the rest of the log.
    fn end(mut self) -> (i32, String) {
        let rest: Vec<String> = self.lines.map(Result::unwrap).collect();
        (self.child.wait().unwrap().code().unwrap(), rest.join("\n"))
    }
}

/// Cargo builds examples beside the tests.
fn example() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    deps.ancestors().nth(2).unwrap().join("examples/smallest")
}

#[test]
fn sigterm_and_sigint_end_it_in_good_order() {
    for signal in ["TERM", "INT"] {
        let mut process = Process::start(&[]);
        process.wait_for("running");
        process.signal(signal);
        process.wait_for(&format!("SIG{signal} received"));
        let (code, rest) = process.end();
        assert_eq!(code, 0, "{rest}");
        assert!(rest.contains("stopped"), "{rest}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut process = Process::start(&[("DESKBELL__PROCESS__WORKER_THREADS", "1")]);
    process.wait_for("running");
    process.signal("TERM");
    process.wait_for("SIGTERM received");
    process.signal("INT");
    let (code, rest) = process.end();
    assert_eq!(code, 130, "{rest}");
}

#[test]
fn work_that_does_not_end_is_left_after_its_time() {
    let mut process = Process::start(&[
        ("DESKBELL__PROCESS__WORKER_THREADS", "1"),
        ("DESKBELL__PROCESS__SHUTDOWN_TIMEOUT_MS", "50"),
    ]);
    process.wait_for("running");
    process.signal("TERM");
    process.wait_for("the work in flight was not finished in time");
    assert_eq!(process.end().0, 0);
}

#[test]
fn broken_settings_end_it_with_78_and_all_their_names() {
    let process = Process::start(&[("DESKBELL__NOTIFIER__IN_FLIGHT", "many"), ("CHAT_API_BIND", "here")]);
    let (code, said) = process.end();
    assert_eq!(code, 78);
    assert!(said.starts_with("smallest: 2 settings need mending:\n"), "{said}");
    assert!(said.contains("DESKBELL__NOTIFIER__IN_FLIGHT") && said.contains("CHAT_API_BIND"), "{said}");
}

#[test]
fn a_settings_file_that_is_not_there_ends_it_with_78() {
    let (code, said) = Process::start(&[("DESKBELL_CONFIG", "nowhere.toml")]).end();
    assert_eq!(code, 78);
    assert!(said.contains("DESKBELL_CONFIG (nowhere.toml): the settings file cannot be read"), "{said}");
}

#[test]
fn an_unreachable_database_is_tried_again_and_then_ends_it_with_69() {
    let mut process = Process::start(&[
        ("DATABASE_URL", "postgres://user:hunter22@localhost/x"),
        ("DESKBELL__PROCESS__STARTUP_TIMEOUT_MS", "400"),
    ]);
    let tried = process.wait_for("the database cannot be reached yet, trying again");
    assert!(tried.contains("connection refused"), "{tried}");
    let (code, rest) = process.end();
    assert_eq!(code, 69);
    assert!(
        rest.ends_with("smallest: the database could not be reached within 0.4 s: connection refused"),
        "{rest}"
    );
    assert!(!rest.contains("hunter22") && !tried.contains("hunter22"));
}

#[test]
fn a_stop_while_waiting_for_the_database_is_obeyed() {
    let mut process = Process::start(&[("DATABASE_URL", "postgres://localhost/x")]);
    process.wait_for("trying again");
    process.signal("TERM");
    let (code, rest) = process.end();
    assert_eq!(code, 0, "{rest}");
}

#[test]
fn json_logs_are_one_object_a_line() {
    let mut process = Process::start(&[("DESKBELL__TELEMETRY__FORMAT", "json")]);
    let line = process.wait_for("running");
    assert!(
        line.starts_with('{') && line.ends_with('}') && line.contains("\"message\":\"running\""),
        "{line}"
    );
    process.signal("TERM");
    assert_eq!(process.end().0, 0);
}
