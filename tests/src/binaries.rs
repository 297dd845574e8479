//! The programs under test, built as they are needed.
//!
//! The notifier is built with its fault points, which no other build of the workspace has; so the programs are put
//! into a folder of their own, where no other build replaces them.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

const PACKAGES: [&str; 4] = ["deskbell", "deskbell-chat-api", "deskbell-admin-api", "deskbell-sms-notifier"];
const FEATURES: &str = "deskbell-sms-notifier/fault-points";
const PROGRAMS: [&str; 4] = ["deskbell", "chat-api", "admin-api", "sms-notifier"];

static FOLDER: LazyLock<PathBuf> = LazyLock::new(build);

/// A program of this workspace.
pub(crate) fn binary(name: &str) -> PathBuf {
    FOLDER.join(name)
}

/// Builds the programs, once for each run of the tests, whatever the number of its processes, and unless whoever
/// started the run has built them.
fn build() -> PathBuf {
    let own = std::env::current_exe().expect("a process knows its program");
    // Programs lie in `<target>/<profile>`, tests in its `deps`.
    let profile = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    let profile = profile.expect("a program lies in a target folder").to_owned();
    let folder = profile.join("e2e");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let mut stamp = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join("built-for"))
        .expect("the target folder can be written to");
    stamp.lock().expect("a file can be locked");
    // Names the run that this process belongs to, where the runner starts a process for each test.
    let (mut built_for, run) = (String::new(), variable("NEXTEST_RUN_ID"));
    stamp.read_to_string(&mut built_for).expect("the stamp is text");
    if run.as_ref().is_none_or(|run| *run != built_for) {
        if variable("DESKBELL_TEST_PROGRAMS").is_none() {
            compile(&profile);
        }
        for program in PROGRAMS {
            replace(&profile.join(program), &folder.join(program));
        }
        stamp.set_len(0).and_then(|()| stamp.rewind()).expect("the stamp can be written");
        stamp.write_all(run.unwrap_or_default().as_bytes()).expect("the stamp can be written");
    }
    folder
}

fn compile(profile: &Path) {
    let target = profile.parent().expect("a profile lies in a target folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--bins", "--features", FEATURES]).arg("--target-dir").arg(target);
    cargo.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo can be run");
    assert!(status.success(), "the programs under test do not build");
}

/// What runs from the old file goes on with it.
fn replace(from: &Path, to: &Path) {
    let _there_is_none = fs::remove_file(to);
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop)).expect("a program can be linked");
}

#[expect(clippy::disallowed_methods, reason = "this is how runners of tests speak to their processes")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
