//! Twilio's official Node client against the stand-in. Needs node and npm: `--features node-tests`.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};

use deskbell_twilio_sim::{SimSettings, TwilioSim};
use tokio::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node")
}

/// Installs the locked packages unless `node_modules` was made from this very lockfile.
async fn install(folder: &Path) {
    let lockfile = std::fs::read(folder.join("package-lock.json")).unwrap();
    let stamp = folder.join("node_modules/.installed-from");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lockfile) {
        return;
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let status = Command::new("npm").args(arguments).current_dir(folder).status().await;
    assert!(status.expect("npm is installed").success(), "npm ci failed");
    std::fs::write(stamp, lockfile).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn twilios_own_client_finds_what_it_expects() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let folder = folder();
    install(&folder).await;
    let sim = TwilioSim::start(SimSettings::default()).await.unwrap();
    let node =
        Command::new("node").arg("client.mjs").env("SIM_URL", &sim.url).current_dir(&folder).output().await;
    let output = node.expect("node is installed");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stdout.lines().filter(|line| line.starts_with("ok - ")).count(), 7, "{stdout}");
}
