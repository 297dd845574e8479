//! One customer: how long a message takes until it is stored for good, when nothing else goes on.

use std::time::Duration;

use anyhow::Result;

use super::ingest::WARMUP;
use super::{Bench, Sample};
use crate::drive::{Until, closed_loop};
use crate::figures;
use crate::stack::Stack;

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    let server = stack.chat(&site).start().await?;
    let length = Until::Passed(Duration::from_secs(bench.options.seconds));
    let load = closed_loop(server.address, 1, stack.request(server.address), WARMUP, length, || {}).await?;
    server.stop();
    Ok(vec![
        (&figures::LONE_P50, load.latencies.quantile_ms(0.50)),
        (&figures::LONE_P99, load.latencies.quantile_ms(0.99)),
    ])
}
