//! Visitors who keep writing, whatever happens to the servers, until each message is acknowledged.

use std::sync::Arc;
use std::time::Duration;

use deskbell_testkit::wait_until;
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ledger::Ledger;
use crate::{Chat, Opening, Website};

/// How long a visitor keeps trying to get one message through.
const PATIENCE: Duration = Duration::from_secs(180);
/// Pause between two tries, and between two messages of a visitor.
const PACE: Duration = Duration::from_millis(120);
/// Each chat has its first message and so many further ones.
const FURTHER_MESSAGES: usize = 2;

/// Visitors at work.
#[derive(Debug)]
pub struct Load {
    ledger: Arc<Ledger>,
    stop: CancellationToken,
    visitors: JoinSet<()>,
}

impl Load {
    /// Lets this many visitors write at a time, each one chat after the other.
    pub fn start(website: &Website, ledger: &Arc<Ledger>, visitors: usize) -> Self {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for number in 0..visitors {
            tasks.spawn(visit(website.clone(), number, stop.clone()));
        }
        Self { ledger: Arc::clone(ledger), stop, visitors: tasks }
    }

    /// Waits until so many more messages are acknowledged.
    pub async fn goes_on(&self, messages: usize) {
        let goal = self.ledger.acknowledgements() + messages;
        let what = format!("{messages} more messages are acknowledged");
        wait_until(&what, PATIENCE, async || self.ledger.acknowledgements() >= goal).await;
    }

    /// Waits for so long, in which messages are acknowledged all the same.
    pub async fn goes_on_for(&self, duration: Duration) {
        let (before, over) = (self.ledger.acknowledgements(), Instant::now() + duration);
        wait_until("the time is over", duration * 2, async || Instant::now() >= over).await;
        assert!(self.ledger.acknowledgements() > before, "no message was acknowledged within {duration:?}");
    }

    /// Lets the visitors finish what they are writing.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while let Some(visitor) = self.visitors.join_next().await {
            visitor.expect("every message gets through in the end");
        }
    }
}

async fn visit(website: Website, visitor: usize, stop: CancellationToken) {
    for number in 0.. {
        if stop.is_cancelled() {
            return;
        }
        let opening = Opening::saying(format!("Visitor {visitor}, chat {number}: my sink leaks 💧"));
        let chat = begin(&website, &opening).await;
        for further in 0..FURTHER_MESSAGES {
            write(&chat, &format!("And {further} more, visitor {visitor}, chat {number}")).await;
        }
    }
}

async fn begin(website: &Website, opening: &Opening) -> Chat {
    let mut patience = Patience::new();
    loop {
        patience.pause().await;
        match website.try_begin(opening).await {
            Ok(chat) => return chat,
            Err(trouble) => patience.bear(&trouble),
        }
    }
}

async fn write(chat: &Chat, body: &str) {
    let (id, mut patience) = (Uuid::new_v4(), Patience::new());
    loop {
        patience.pause().await;
        match chat.try_write(id, body).await {
            Ok(_stored) => return,
            Err(trouble) => patience.bear(&trouble),
        }
    }
}

/// A visitor's patience with one message.
struct Patience {
    pace: Interval,
    ends_at: Instant,
}

impl Patience {
    fn new() -> Self {
        Self { pace: interval_at(Instant::now() + PACE, PACE), ends_at: Instant::now() + PATIENCE }
    }

    async fn pause(&mut self) {
        self.pace.tick().await;
    }

    fn bear(&self, trouble: &str) {
        assert!(Instant::now() < self.ends_at, "not acknowledged within {PATIENCE:?}: {trouble}");
    }
}
