//! The one task that writes visitors' messages.

use deskbell_domain::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::command::{Append, AppendMessage, IngestError, Outcome, StartConversation};
use crate::backend::Store;
use crate::backend::change;
use crate::error::{StoreError, StoreResult};
use crate::model::event::OutboxEvent;

/// Bounds of the writer.
#[derive(Clone, Copy, Debug)]
pub struct IngestLimits {
    /// Most messages in one transaction.
    pub batch_max: usize,
    /// Most messages waiting; more are refused.
    pub queue_max: usize,
    /// How long the one that writes also leases the events' first publication, before a sweeper may take them.
    pub publish_lease: std::time::Duration,
}

impl Default for IngestLimits {
    fn default() -> Self {
        Self { batch_max: 256, queue_max: 4_096, publish_lease: std::time::Duration::from_secs(30) }
    }
}

#[derive(Clone)]
enum Command {
    Start(Box<StartConversation>),
    Append(Box<AppendMessage>),
}

struct Job {
    command: Command,
    done: oneshot::Sender<Outcome>,
}

/// A handle of the writer. The writer ends when the last handle is dropped, with everything written.
#[derive(Clone, Debug)]
pub struct IngestWriter {
    queue: mpsc::Sender<Job>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

impl IngestWriter {
    /// Starts the writer. Events go to `published` as soon as they are committed; when that is full, the sweeper of the
    /// outbox brings them.
    pub fn spawn(
        store: Store,
        limits: IngestLimits,
        committed: mpsc::Sender<OutboxEvent>,
    ) -> (Self, JoinHandle<()>) {
        let (queue, jobs) = mpsc::channel(limits.queue_max);
        let task = tokio::spawn(run(store, limits, jobs, committed));
        (Self { queue }, task)
    }

    /// Stores a first message.
    pub async fn start(&self, command: StartConversation) -> Outcome {
        self.submit(Command::Start(Box::new(command))).await
    }

    /// Stores a further message.
    pub async fn append(&self, command: AppendMessage) -> Outcome {
        self.submit(Command::Append(Box::new(command))).await
    }

    async fn submit(&self, command: Command) -> Outcome {
        let (done, outcome) = oneshot::channel();
        self.queue.try_send(Job { command, done }).map_err(|_| IngestError::Overloaded)?;
        outcome.await.unwrap_or_else(|_| Err(IngestError::Unavailable("the writer has stopped".to_owned())))
    }
}

async fn run(
    store: Store,
    limits: IngestLimits,
    mut jobs: mpsc::Receiver<Job>,
    committed: mpsc::Sender<OutboxEvent>,
) {
    let mut batch = Vec::with_capacity(limits.batch_max);
    while jobs.recv_many(&mut batch, limits.batch_max).await > 0 {
        metrics::histogram!("ingest_batch_messages").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        let (commands, waiting): (Vec<Command>, Vec<_>) =
            batch.drain(..).map(|job| (job.command, job.done)).unzip();
        let (outcomes, events) = store.ingest(commands, limits.publish_lease).await;
        for event in events {
            if committed.try_send(event).is_err() {
                metrics::counter!("outbox_left_to_sweeper_total").increment(1);
            }
        }
        for (done, outcome) in waiting.into_iter().zip(outcomes) {
            // A client that has gone needs no answer; its message is stored.
            let _gone = done.send(outcome);
        }
    }
}

/// A batch, sorted into its two kinds, each command with its place.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) starts: Vec<(usize, StartConversation)>,
    pub(crate) appends: Vec<Append>,
    pub(crate) lease_until: Timestamp,
}

/// What a committed batch came to.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) outcomes: Vec<(usize, Outcome)>,
    pub(crate) events: Vec<OutboxEvent>,
}

impl Batch {
    fn of(commands: Vec<Command>, publish_lease: std::time::Duration) -> Self {
        let mut batch = Self::default();
        for (index, command) in commands.into_iter().enumerate() {
            let now = match &command {
                Command::Start(start) => start.now,
                Command::Append(append) => append.now,
            };
            batch.lease_until = batch.lease_until.max(now.plus(publish_lease));
            match command {
                Command::Start(start) => batch.starts.push((index, *start)),
                Command::Append(append) => batch.appends.push(Append { index, command: *append }),
            }
        }
        batch
    }
}

impl Store {
    async fn ingest(
        &self,
        commands: Vec<Command>,
        publish_lease: std::time::Duration,
    ) -> (Vec<Outcome>, Vec<OutboxEvent>) {
        let count = commands.len();
        let once_more = if count > 1 { commands.clone() } else { Vec::new() };
        let mut outcomes = vec![Err(IngestError::Unavailable("not written".to_owned())); count];
        match self.commit(Batch::of(commands, publish_lease)).await {
            Ok(committed) => {
                for (index, outcome) in committed.outcomes {
                    outcomes[index] = outcome;
                }
                (outcomes, committed.events)
            }
            // One that the database will not have must not take the others down.
            Err(error) if count > 1 && !error.is_transient() => {
                tracing::warn!(error = %error, messages = count, "a batch of messages is stored one by one");
                self.ingest_each(once_more, publish_lease).await
            }
            Err(error) => {
                tracing::error!(error = %error, messages = count, "a batch of messages could not be stored");
                (vec![Err(error.into()); count], Vec::new())
            }
        }
    }

    async fn ingest_each(
        &self,
        commands: Vec<Command>,
        publish_lease: std::time::Duration,
    ) -> (Vec<Outcome>, Vec<OutboxEvent>) {
        let (mut outcomes, mut events) = (Vec::with_capacity(commands.len()), Vec::new());
        for command in commands {
            let (outcome, raised) = Box::pin(self.ingest(vec![command], publish_lease)).await;
            outcomes.extend(outcome);
            events.extend(raised);
        }
        (outcomes, events)
    }

    async fn commit(&self, batch: Batch) -> StoreResult<Committed> {
        let committed: Result<Committed, StoreError> =
            change!(self, |conn, queries| queries::ingest::commit(conn, batch));
        committed
    }
}

/// A convenience for tests and tools that write one message at a time.
impl Store {
    /// Stores one first message in a transaction of its own.
    pub async fn start_conversation(&self, command: StartConversation) -> Outcome {
        self.ingest(vec![Command::Start(Box::new(command))], IngestLimits::default().publish_lease)
            .await
            .0
            .remove(0)
    }

    /// Stores one further message in a transaction of its own.
    pub async fn append_message(&self, command: AppendMessage) -> Outcome {
        self.ingest(vec![Command::Append(Box::new(command))], IngestLimits::default().publish_lease)
            .await
            .0
            .remove(0)
    }
}
