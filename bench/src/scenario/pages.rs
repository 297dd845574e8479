//! The same pages of a small and of a large database: reading must not become slower as years of chats pile up.

mod fill;
mod reader;

use anyhow::{Context as _, Result};

use super::{Bench, Sample};
use crate::figures::{self, Figure};
use crate::servers::Site;
use crate::stack::{Deskbell, Stack};
use crate::timing::median;
use reader::{Page, Reader};

/// Rounds, in each of which both databases are asked for every page [`READS`] times in turn.
const ROUNDS: usize = 5;
const READS: usize = 40;

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let Stack::Deskbell(deskbell) = stack else { return Ok(Vec::new()) };
    let sizes = &bench.options.sizes;
    let (small, large) = sizes.first().zip(sizes.last()).context("--sizes takes two numbers")?;
    let small = filled(bench, stack, *small).await?;
    let large = filled(bench, stack, *large).await?;
    let mut samples = pages(deskbell, stack, &small, &large).await?;
    let rates = [rate(bench, stack, &small).await?, rate(bench, stack, &large).await?];
    samples.push((&figures::WRITES_RATIO, rates[1] / rates[0]));
    Ok(samples)
}

async fn filled(bench: &Bench, stack: &Stack, messages: u64) -> Result<Site> {
    eprintln!("filling a database with {messages} messages");
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    fill::fill(&site.database, messages)?;
    Ok(site)
}

async fn pages(deskbell: &Deskbell, stack: &Stack, small: &Site, large: &Site) -> Result<Vec<Sample>> {
    let mut readers =
        [Reader::start(deskbell, stack, small).await?, Reader::start(deskbell, stack, large).await?];
    let mut samples = Vec::new();
    for (page, ratio, by_itself) in TABLE {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (reader, times) in readers.iter_mut().zip(&mut times) {
                times.push(reader.median_ms(*page, READS).await?);
            }
        }
        let [small, large] = times.map(|times| median(&times));
        eprintln!("{page:?}: {small:.3} ms and {large:.3} ms");
        samples.push((*ratio, large / small));
        samples.extend(by_itself.map(|figure| (figure, large)));
    }
    Ok(samples)
}

/// The pages, the figure each gives, and another for those whose time is told by itself.
static TABLE: &[(Page, &Figure, Option<&'static Figure>)] = &[
    (Page::HistoryFirst, &figures::HISTORY_FIRST, None),
    (Page::HistoryLast, &figures::HISTORY_LAST, Some(&figures::HISTORY_MS)),
    (Page::InboxFirst, &figures::INBOX_FIRST, Some(&figures::INBOX_MS)),
    (Page::InboxWaiting, &figures::INBOX_WAITING, None),
    (Page::InboxDeep, &figures::INBOX_DEEP, None),
];

/// Durable messages a second on top of what is there.
async fn rate(bench: &Bench, stack: &Stack, site: &Site) -> Result<f64> {
    let (samples, server) = super::ingest::measure(bench, stack, site).await?;
    server.stop();
    let rate = samples.iter().find(|(figure, _)| **figure == figures::INGEST_RATE);
    rate.map(|(_, rate)| *rate).context("the load has a rate")
}
