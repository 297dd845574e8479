//! Deskbell in one process, and the operator's commands.

mod command;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    deskbell_runtime::main("deskbell", async |settings, shutdown| {
        command::execute(arguments, &settings, shutdown).await
    })
}
