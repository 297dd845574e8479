//! Memory of the two processes that an installation cannot do without, with nothing to do.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{Bench, Sample};
use crate::figures;
use crate::proc::memory;
use crate::sink::Sink;
use crate::stack::Stack;

/// What a process does at its start is over by then.
const SETTLE: Duration = Duration::from_secs(3);

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    let sink = Sink::listen().await?;
    let server = stack.chat(&site).start().await?;
    let notifier = stack.notifier(&site, sink.address).start().await?;
    sleep(SETTLE).await;
    let (server, notifier) = (memory(server.pid())?, memory(notifier.pid())?);
    Ok(vec![
        (&figures::IDLE_MEMORY, megabytes(server.resident + notifier.resident)),
        (&figures::IDLE_SHARE, megabytes(server.proportional + notifier.proportional)),
    ])
}

/// From KiB.
pub(super) fn megabytes(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) * 1024.0 / 1e6
}
