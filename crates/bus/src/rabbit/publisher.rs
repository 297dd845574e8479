//! Publishing in groups: whatever waits goes out together, on a channel on which nothing else is under way.
//!
//! The broker returns an unroutable event, then confirms it. lapin hands a returned message to whichever publish of its
//! channel is confirmed next, so a confirm tells nothing about *which* event came back. Once a whole group is confirmed,
//! though, all that was returned of it is known, and each returned message carries the id of its event. A group of its
//! own on its channel also makes a timeout safe: the channel is given up, and a late confirm with it.
//!
//! A lone event waits for nobody. Under load the broker confirms a group by a few frames instead of one for each event,
//! and both sides wake up once instead of once for each.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::try_join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{Channel, Confirmation, Connection, PublisherConfirm};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use super::link::Failure;
use super::properties;
use super::topology::EVENTS_EXCHANGE;
use crate::{ConfirmOutcome, Event, PublishError, verdict};

/// Most groups under way at once: while the broker stores one, the next is on its way.
const GROUPS_MAX: usize = 4;

/// An event and whoever waits for its verdict; dropped without one, the connection was lost.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) event: Event,
    pub(super) done: oneshot::Sender<Result<(), PublishError>>,
}

/// Bounds of publishing.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublishLimits {
    /// Most events under way at once.
    pub(super) concurrency: u16,
    /// How long a group waits for its confirms.
    pub(super) timeout: Duration,
}

/// Publishes on one connection, until that fails or nobody can ask for it any more.
pub(super) struct Publisher {
    connection: Arc<Connection>,
    failure: Arc<Failure>,
    group_max: usize,
    timeout: Duration,
    free: Mutex<Vec<Channel>>,
}

impl Publisher {
    /// Starts publishing what comes through the returned end.
    pub(super) fn spawn(
        connection: Arc<Connection>,
        failure: Arc<Failure>,
        limits: PublishLimits,
    ) -> mpsc::Sender<Job> {
        let group_max = usize::from(limits.concurrency).div_ceil(GROUPS_MAX).max(1);
        let (jobs, queue) = mpsc::channel(group_max);
        let publisher =
            Self { connection, failure, group_max, timeout: limits.timeout, free: Mutex::default() };
        tokio::spawn(Arc::new(publisher).run(queue));
        jobs
    }

    async fn run(self: Arc<Self>, mut queue: mpsc::Receiver<Job>) {
        let slots = Arc::new(Semaphore::new(GROUPS_MAX));
        loop {
            // The slot comes first: what arrives while all are taken becomes one group.
            let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
            let mut group = Vec::new();
            let taken = tokio::select! {
                taken = queue.recv_many(&mut group, self.group_max) => taken,
                _reason = self.failure.happened() => 0,
            };
            if taken == 0 {
                return;
            }
            let publisher = Arc::clone(&self);
            tokio::spawn(async move {
                publisher.publish(group).await;
                drop(slot);
            });
        }
    }

    async fn publish(&self, group: Vec<Job>) {
        let verdicts: Vec<_> = match timeout(self.timeout, self.try_publish(&group)).await {
            Ok(Ok(outcomes)) => outcomes.into_iter().map(verdict).collect(),
            Ok(Err(error)) => return self.failure.report(&error),
            Err(_elapsed) => vec![Err(PublishError::Timeout); group.len()],
        };
        for (job, verdict) in group.into_iter().zip(verdicts) {
            // Whoever has stopped waiting publishes again.
            let _gone = job.done.send(verdict);
        }
    }

    /// What the broker says of each event of a group, in order.
    async fn try_publish(&self, group: &[Job]) -> lapin::Result<Vec<ConfirmOutcome>> {
        let channel = match self.take() {
            Some(channel) => channel,
            None => self.open().await?,
        };
        let confirms = try_join_all(group.iter().map(|job| publish_on(&channel, &job.event))).await?;
        let (mut acked, mut returned) = (Vec::with_capacity(group.len()), HashSet::new());
        for confirm in confirms {
            let confirmation: Confirmation = confirm.await?;
            acked.push(confirmation.is_ack());
            let message = confirmation.take_message();
            returned.extend(message.and_then(|message| message.delivery.properties.message_id().clone()));
        }
        self.lock().push(channel);
        let outcome = |(job, acked): (&Job, bool)| ConfirmOutcome {
            acked,
            returned: !returned.is_empty() && returned.contains(job.event.id.to_string().as_str()),
        };
        Ok(group.iter().zip(acked).map(outcome).collect())
    }

    /// Opens a further channel that confirms what is published on it.
    async fn open(&self) -> lapin::Result<Channel> {
        let channel = self.connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    }

    /// A channel on which nothing is under way. One that is not put back is closed.
    fn take(&self) -> Option<Channel> {
        self.lock().pop()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Channel>> {
        self.free.lock().expect("no code panics while it holds this lock")
    }
}

async fn publish_on(channel: &Channel, event: &Event) -> lapin::Result<PublisherConfirm> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let key = event.name.as_str().into();
    channel.basic_publish(EVENTS_EXCHANGE.into(), key, options, &event.body, properties::of(event)).await
}
