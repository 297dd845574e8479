//! `cargo xtask tidy`: checks the house rules that no compiler knows.

use std::path::Path;
use std::process::ExitCode;

use xtask::tidy;

fn main() -> anyhow::Result<ExitCode> {
    let task = std::env::args().nth(1).unwrap_or_default();
    anyhow::ensure!(task == "tidy", "usage: cargo xtask tidy");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let violations = tidy::check(&tidy::read_tree(&root)?);
    for violation in &violations {
        eprintln!("{violation}");
    }
    eprintln!("tidy: {} to mend", violations.len());
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
