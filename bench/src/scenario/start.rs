//! From the start of the server's process to its first answer, with its database and broker already there.

use anyhow::Result;

use super::{Bench, Sample};
use crate::figures;
use crate::stack::Stack;

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    // The first start makes the seed stack's tables, and reads the program from the disk.
    stack.chat(&site).start().await?.stop();
    let took = stack.chat(&site).time_start().await?;
    Ok(vec![(&figures::START, took.as_secs_f64() * 1000.0)])
}
