//! The life of notices under simulation: the real store, relay, consumer and engine, step by step, in an order drawn from
//! a seed, with a broker, a provider and a network that fail as the same seed says.
//!
//! Each run ends with the faults over and everything settled; then [`check`] wants every message stored, every notice
//! ended once with its reason, and no second SMS that is not flagged. A failure names its seed:
//! `DESKBELL_SIM_SEED=17 cargo test -p deskbell-sms-notifier --test simulation` runs that one alone.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may stop at what must not happen"
)]

mod broker;
mod check;
mod provider;
mod totals;
mod world;

use totals::Totals;
use world::World;

/// Seeds in each of the sixteen shards, which run beside each other, unless `DESKBELL_SIM_SEEDS` says otherwise.
const SEEDS_PER_SHARD: u64 = 1_250;
/// A simulation waits for its database's thread half of the time; another one uses that.
const THREADS_PER_SHARD: usize = 2;
/// How many seeds share a database before it is replaced by an empty one.
const SEEDS_PER_DATABASE: usize = 100;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("a number of seeds"))
}

fn run_shard(shard: u64) {
    let count = number("DESKBELL_SIM_SEEDS").unwrap_or(SEEDS_PER_SHARD);
    let seeds: Vec<u64> = match number("DESKBELL_SIM_SEED") {
        Some(seed) => vec![seed],
        None => (shard * count..(shard + 1) * count).collect(),
    };
    let mut totals = Totals::default();
    std::thread::scope(|scope| {
        let parts = seeds.chunks(seeds.len().div_ceil(THREADS_PER_SHARD).max(1));
        let running: Vec<_> = parts.map(|part| scope.spawn(|| run_alone(part))).collect();
        for part in running {
            totals += part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    println!("{} seeds: {totals:?}", seeds.len());
    assert!(seeds.len() == 1 || totals.all_faults_happened(), "a fault was never tried: {totals:?}");
}

fn run_alone(seeds: &[u64]) -> Totals {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(seeds))
}

async fn run(seeds: &[u64]) -> Totals {
    let mut totals = Totals::default();
    for seeds in seeds.chunks(SEEDS_PER_DATABASE) {
        let mut database = world::Database::create().await;
        for seed in seeds {
            let world = World::new(*seed, &mut database).await;
            totals += world.run().await.unwrap_or_else(|violation| panic!("seed {seed}: {violation}"));
        }
    }
    totals
}

macro_rules! shards {
    ($($name:ident $number:literal)+) => {$(
        #[test]
        fn $name() {
            run_shard($number);
        }
    )+};
}

shards! {
    shard_00 0 shard_01 1 shard_02 2 shard_03 3 shard_04 4 shard_05 5 shard_06 6 shard_07 7
    shard_08 8 shard_09 9 shard_10 10 shard_11 11 shard_12 12 shard_13 13 shard_14 14 shard_15 15
}
