//! Driving a stack: messages as fast as they are answered (closed loop), or at a steady rate (open loop).

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::http::Connection;
use crate::timing::Latencies;

/// Makes the request for the message with a given number.
pub type Request = Rc<dyn Fn(u64) -> String>;

/// When a closed loop ends.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Once so much time has passed after the warm-up.
    Passed(Duration),
    /// Once so many messages were sent.
    Sent(u64),
}

/// What a closed loop came to. Refused or failed requests are an error of the whole run.
#[derive(Debug)]
pub struct Load {
    /// Of the messages answered after the warm-up.
    pub latencies: Latencies,
    /// From the end of the warm-up to the last answer that counts.
    pub time: Duration,
}

impl Load {
    /// Answered messages a second.
    pub fn per_second(&self) -> f64 {
        self.messages() / self.time.as_secs_f64()
    }

    /// Answered messages.
    #[expect(clippy::cast_precision_loss, reason = "fewer messages are sent than a float counts exactly")]
    pub fn messages(&self) -> f64 {
        self.latencies.count() as f64
    }
}

struct Loop {
    request: Request,
    next: Cell<u64>,
    end: u64,
    from: Instant,
    until: Option<Instant>,
    latencies: RefCell<Latencies>,
}

/// Each connection sends its next message when the last one was answered. `warm` is called when the warm-up ends.
pub async fn closed_loop(
    address: SocketAddr,
    connections: usize,
    request: Request,
    warmup: Duration,
    until: Until,
    warm: impl FnOnce(),
) -> Result<Load> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let from = Instant::now() + warmup;
    let (end, until) = match until {
        Until::Passed(length) => (u64::MAX, Some(from + length)),
        Until::Sent(count) => (count, None),
    };
    let shared =
        Rc::new(Loop { request, next: Cell::new(0), end, from, until, latencies: RefCell::default() });
    let tasks: Vec<JoinHandle<Result<()>>> =
        open.into_iter().map(|connection| spawn_local(Rc::clone(&shared).repeat(connection))).collect();
    sleep(warmup).await;
    warm();
    for task in tasks {
        task.await??;
    }
    let time = until.unwrap_or_else(Instant::now) - from;
    Ok(Load { latencies: shared.latencies.take(), time })
}

impl Loop {
    async fn repeat(self: Rc<Self>, mut connection: Connection) -> Result<()> {
        loop {
            let number = self.next.get();
            let start = Instant::now();
            if number >= self.end || self.until.is_some_and(|until| start >= until) {
                return Ok(());
            }
            self.next.set(number + 1);
            send(&mut connection, &self.request, number).await?;
            let end = Instant::now();
            if end >= self.from && self.until.is_none_or(|until| end < until) {
                self.latencies.borrow_mut().record(end - start);
            }
        }
    }
}

async fn send(connection: &mut Connection, request: &Request, number: u64) -> Result<()> {
    let answer = connection.exchange(request(number).as_bytes()).await?;
    ensure!(
        (200..300).contains(&answer.status),
        "message {number} was answered by {} {}",
        answer.head,
        String::from_utf8_lossy(answer.body)
    );
    Ok(())
}

/// Sends `count` messages at a steady rate, whether or not earlier ones were answered; `due` is told of each when it is
/// due, before it is sent.
pub async fn open_loop(
    address: SocketAddr,
    request: Request,
    numbers: std::ops::Range<u64>,
    rate: u64,
    mut due: impl FnMut(u64, Instant),
) -> Result<()> {
    let idle: Rc<RefCell<Vec<Connection>>> = Rc::default();
    let mut ticks = interval(Duration::from_nanos(1_000_000_000 / rate));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut sending = Vec::new();
    for number in numbers {
        due(number, ticks.tick().await.into_std());
        let (idle, request) = (Rc::clone(&idle), Rc::clone(&request));
        sending.push(spawn_local(async move {
            idle.borrow_mut().retain(|connection| !connection.is_closed());
            let kept = idle.borrow_mut().pop();
            let mut connection = match kept {
                Some(connection) => connection,
                None => Connection::open(address).await?,
            };
            send(&mut connection, &request, number).await?;
            idle.borrow_mut().push(connection);
            anyhow::Ok(())
        }));
    }
    for task in sending {
        task.await??;
    }
    Ok(())
}
