//! Many customers at once: how many messages a second are stored, each with an event, and what that costs the server.

use std::time::Duration;

use anyhow::Result;

use super::{Bench, Sample};
use crate::drive::{Load, Until, closed_loop};
use crate::figures;
use crate::proc::{cpu_time, memory};
use crate::servers::Site;
use crate::stack::{Service, Stack};

pub(super) const WARMUP: Duration = Duration::from_secs(3);

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    let (samples, server) = measure(bench, stack, &site).await?;
    server.stop();
    Ok(samples)
}

/// Loads a site's server, which is started for it and left running.
pub(super) async fn measure(bench: &Bench, stack: &Stack, site: &Site) -> Result<(Vec<Sample>, Service)> {
    let server = stack.chat(site).start().await?;
    let used = || [Some(server.pid()), bench.servers.postgres_pid()].map(|pid| pid.map(cpu_time));
    let mut before = [None, None];
    let load = closed_loop(
        server.address,
        bench.options.connections,
        stack.request(server.address),
        WARMUP,
        Until::Passed(Duration::from_secs(bench.options.seconds)),
        || before = used(),
    )
    .await?;
    let after = used();
    let samples = vec![
        (&figures::INGEST_RATE, load.per_second()),
        (&figures::INGEST_CPU, cpu_per_message(before[0], after[0], &load)),
        (&figures::INGEST_DATABASE_CPU, cpu_per_message(before[1], after[1], &load)),
        (&figures::INGEST_P50, load.latencies.quantile_ms(0.50)),
        (&figures::INGEST_P99, load.latencies.quantile_ms(0.99)),
        (&figures::INGEST_MEMORY, super::idle::megabytes(memory(server.pid())?.resident)),
    ];
    Ok((samples, server))
}

/// In microseconds.
fn cpu_per_message(before: Option<Duration>, after: Option<Duration>, load: &Load) -> f64 {
    let used = after.zip(before).map_or(f64::NAN, |(after, before)| (after - before).as_secs_f64());
    used * 1e6 / load.messages()
}
