//! The whole run: servers, stacks, then every scenario for every stack in turn, then the table.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::report::Report;
use crate::scenario::{Bench, Scenario};
use crate::servers::Servers;
use crate::stack::{Deskbell, SeedStack, Stack};

/// Measures Deskbell on PostgreSQL and RabbitMQ of its own, on loopback ports.
#[derive(Debug, Clone, Parser)]
pub struct Options {
    /// What to measure; everything when not given.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Scenario>,
    /// How often each scenario is run for each stack, in turn.
    #[arg(long, default_value_t = 3)]
    pub runs: usize,
    /// How long each timed run takes, after its warm-up.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Connections that write at once.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Messages a second, when the way to the phone is timed.
    #[arg(long, default_value_t = 50)]
    pub rate: u64,
    /// SMS that wait when the notifier starts.
    #[arg(long, default_value_t = 10_000)]
    pub drain: u64,
    /// Messages in the small and the large database whose pages are compared.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000])]
    pub sizes: Vec<u64>,
    /// A folder with the server of the seed stack, ready to run with node.
    #[arg(long)]
    pub seed_peer: Option<PathBuf>,
}

/// Measures what was asked for and prints the table as Markdown.
pub async fn run(options: Options) -> Result<()> {
    let mut stacks = vec![Stack::Deskbell(Deskbell::built())];
    stacks.extend(options.seed_peer.clone().map(|folder| Stack::Seed(SeedStack::at(folder))));
    let scenarios = if options.only.is_empty() { Scenario::ALL.to_vec() } else { options.only.clone() };

    eprintln!("starting PostgreSQL and RabbitMQ");
    let bench = Bench { servers: Servers::start()?, options };
    let mut report = Report::default();
    for scenario in scenarios {
        for turn in 1..=scenario.turns(&bench) {
            for stack in stacks.iter().filter(|stack| scenario.applies_to(stack)) {
                let samples = scenario.run(&bench, stack).await?;
                eprintln!("{scenario:?} {turn} {}: {}", stack.name(), report.add(stack, &samples));
            }
        }
    }
    write!(std::io::stdout(), "{report}")?;
    Ok(())
}
