//! From a customer's POST to the SMS: every hop, with a stand-in for Twilio that takes no time of its own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::timeout;

use super::{Bench, Sample};
use crate::drive::{Request, open_loop};
use crate::figures;
use crate::sink::Sink;
use crate::stack::{Service, Stack};
use crate::timing::Latencies;

const WARMUP_MESSAGES: u64 = 60;
const WARMUP_RATE: u64 = 20;
/// How long is waited for an SMS after the last message.
const LATE: Duration = Duration::from_secs(20);

pub(super) async fn run(bench: &Bench, stack: &Stack) -> Result<Vec<Sample>> {
    let site = bench.servers.site()?;
    stack.furnish(&site).await?;
    let mut sink = Sink::listen().await?;
    let server = stack.chat(&site).start().await?;
    let notifier = stack.notifier(&site, sink.address).start().await?;

    let request = stack.request(server.address);
    let count = bench.options.rate * bench.options.seconds;
    let timed = WARMUP_MESSAGES..WARMUP_MESSAGES + count;
    time(&mut sink, &server, &request, 0..WARMUP_MESSAGES, WARMUP_RATE).await?;
    let came = time(&mut sink, &server, &request, timed, bench.options.rate).await?;
    complain_if_some_are_missing(&came, count, &notifier);
    notifier.stop();
    server.stop();
    let missing = count - u64::try_from(came.count())?;
    Ok(vec![
        (&figures::SMS_P50, came.quantile_ms(0.50)),
        (&figures::SMS_P99, came.quantile_ms(0.99)),
        (&figures::SMS_MISSING, f64::from(u32::try_from(missing)?)),
    ])
}

/// Sends messages and times their SMS, until the last one has come.
async fn time(
    sink: &mut Sink,
    server: &Service,
    request: &Request,
    numbers: std::ops::Range<u64>,
    rate: u64,
) -> Result<Latencies> {
    let count = usize::try_from(numbers.end - numbers.start)?;
    let due: RefCell<HashMap<u64, Instant>> = RefCell::default();
    let mut came = Latencies::default();
    let offer = open_loop(server.address, request.clone(), numbers, rate, |number, at| {
        due.borrow_mut().insert(number, at);
    });
    let collect = async {
        while came.count() < count {
            let Some(arrival) = sink.arrivals.recv().await else { break };
            let due = arrival.number.and_then(|number| due.borrow_mut().remove(&number));
            if let Some(due) = due {
                came.record(arrival.at.saturating_duration_since(due));
            }
        }
    };
    let limit = Duration::from_secs(count as u64 / rate) + LATE;
    let (offered, _late) = tokio::join!(offer, timeout(limit, collect));
    offered?;
    Ok(came)
}

fn complain_if_some_are_missing(came: &Latencies, count: u64, notifier: &Service) {
    if (came.count() as u64) < count {
        eprintln!("{} of {count} SMS came; the notifier's log:\n{}", came.count(), notifier.log());
    }
}
