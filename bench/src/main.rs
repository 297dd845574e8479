//! `make bench`: what Deskbell does on this machine, and how that compares with another stack measured in turn with it.

mod drive;
mod figures;
mod http;
mod proc;
mod report;
mod runner;
mod scenario;
mod servers;
mod sink;
mod stack;
mod tag;
mod timing;

use clap::Parser as _;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

fn main() -> anyhow::Result<()> {
    let options = runner::Options::parse();
    // One thread, whatever stack is driven, so that the driver takes the same from both.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, runner::run(options))
}
