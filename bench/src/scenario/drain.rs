//! A queue full of events, and a notifier that begins with it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use deskbell_testkit::wait_until;
use tokio::time::timeout;

use super::{Bench, Sample};
use crate::drive::{Until, closed_loop};
use crate::figures;
use crate::sink::Sink;
use crate::stack::Stack;

const DRAINED_WITHIN: Duration = Duration::from_secs(120);
const PUBLISHED_WITHIN: Duration = Duration::from_secs(60);

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    let server = stack.chat(&site).start().await?;
    let count = Until::Sent(bench.options.drain);
    let request = stack.request(server.address);
    closed_loop(server.address, bench.options.connections, request, Duration::ZERO, count, || {}).await?;
    if stack.is_ours() {
        // The seed stack acknowledges a message after its event, Deskbell before.
        let published =
            "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM outbox WHERE published_at IS NULL); END $$";
        let is_published = || async { site.database.execute(published).is_ok() };
        wait_until("all events are published", PUBLISHED_WITHIN, is_published).await;
    }
    server.stop();

    let mut sink = Sink::listen().await?;
    let notifier = stack.notifier(&site, sink.address).start_unready();
    let rate = timeout(DRAINED_WITHIN, drained(&mut sink, bench.options.drain)).await;
    let rate = rate.ok().flatten().with_context(|| format!("not drained; {}", notifier.log()))?;
    notifier.stop();
    Ok(vec![(&figures::DRAIN_RATE, rate)])
}

/// SMS a second, from the first to the last.
async fn drained(sink: &mut Sink, count: u64) -> Option<f64> {
    let first = sink.arrivals.recv().await?;
    let mut last = first;
    for _ in 1..count {
        last = sink.arrivals.recv().await?;
    }
    Some(f64::from(u32::try_from(count - 1).ok()?) / (last.at - first.at).as_secs_f64())
}
