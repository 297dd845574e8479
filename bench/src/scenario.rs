//! What is measured, one file each.

mod acknowledge;
mod drain;
mod idle;
mod ingest;
mod pages;
mod sms;
mod start;

use anyhow::Result;
use clap::ValueEnum;

use crate::figures::Figure;
use crate::runner::Options;
use crate::servers::Servers;
use crate::stack::Stack;

/// One measured value.
pub type Sample = (&'static Figure, f64);

/// What every scenario works with.
#[derive(Debug)]
pub struct Bench {
    /// PostgreSQL and RabbitMQ.
    pub servers: Servers,
    /// What was asked for.
    pub options: Options,
}

/// A way to put a stack to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Messages as fast as they are stored.
    Ingest,
    /// One message after the other.
    Acknowledge,
    /// From the customer's POST to the SMS.
    Sms,
    /// A queue full of events.
    Drain,
    /// Memory with nothing to do.
    Idle,
    /// From nothing to the first answer.
    Start,
    /// Pages of a small and of a large database.
    Pages,
}

impl Scenario {
    /// In the order of the table.
    pub const ALL: [Self; 7] =
        [Self::Ingest, Self::Acknowledge, Self::Sms, Self::Drain, Self::Idle, Self::Start, Self::Pages];

    /// How often it is run for each stack.
    pub const fn turns(self, bench: &Bench) -> usize {
        match self {
            // Takes turns between its two databases by itself.
            Self::Pages => 1,
            _ => bench.options.runs,
        }
    }

    /// Whether it makes sense for this stack.
    pub const fn applies_to(self, stack: &Stack) -> bool {
        stack.is_ours() || !matches!(self, Self::Pages)
    }

    /// Runs it once.
    pub async fn run(self, bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
        match self {
            Self::Ingest => ingest::run(bench, stack).await,
            Self::Acknowledge => acknowledge::run(bench, stack).await,
            Self::Sms => sms::run(bench, stack).await,
            Self::Drain => drain::run(bench, stack).await,
            Self::Idle => idle::run(bench, stack).await,
            Self::Start => start::run(bench, stack).await,
            Self::Pages => pages::run(bench, stack).await,
        }
    }
}
