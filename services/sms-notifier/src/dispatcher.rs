//! Sending what is due, in two lanes: urgent notices have slots of their own, so that nothing else holds them back.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::Timestamp;
use deskbell_store::Claim;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::engine::{Ended, Engine};

/// Ended requests that wait to be written down; senders wait when there are more.
const SETTLE_QUEUE_MAX: usize = 256;
/// Most requests written down in one transaction.
const SETTLE_BATCH_MAX: usize = 64;
/// Notices that are claimed for each request in flight: those behind it go out without waiting for a commit. Not many, as
/// nobody can tell after a crash whether they were sent.
const CLAIMED_PER_REQUEST: usize = 4;
/// How long to wait when the database does not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// One lane's bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// Requests at once.
    pub(crate) in_flight: usize,
    /// Only urgent notices.
    pub(crate) urgent_only: bool,
    /// How often to look for due notices when nothing wakes the lane.
    pub(crate) poll: Duration,
}

/// Runs the lanes and the settling until told to stop and every request in flight is written down.
pub(crate) async fn run(engine: Engine, lanes: [Lane; 2], wake: Arc<Notify>, shutdown: CancellationToken) {
    let (ended, queue) = mpsc::channel(SETTLE_QUEUE_MAX);
    let requests = TaskTracker::new();
    let dispatchers = lanes.map(|lane| Dispatcher {
        engine: engine.clone(),
        lane,
        slots: Arc::new(Semaphore::new(lane.in_flight * CLAIMED_PER_REQUEST)),
        wire: Arc::new(Semaphore::new(lane.in_flight)),
        ended: ended.clone(),
        requests: requests.clone(),
    });
    drop(ended);
    let settling = settle(&engine, queue);
    let [first, second] = dispatchers;
    let dispatching = async {
        tokio::join!(first.run(&wake, &shutdown), second.run(&wake, &shutdown));
        drop((first, second));
        requests.close();
        requests.wait().await;
    };
    tokio::join!(dispatching, settling);
}

struct Dispatcher {
    engine: Engine,
    lane: Lane,
    /// For notices that are claimed.
    slots: Arc<Semaphore>,
    /// For requests in flight.
    wire: Arc<Semaphore>,
    ended: mpsc::Sender<Ended>,
    requests: TaskTracker,
}

impl Dispatcher {
    async fn run(&self, wake: &Notify, shutdown: &CancellationToken) {
        let mut expects_work = false;
        while let Some(permits) = shutdown.run_until_cancelled(self.free_slots()).await {
            // Listening before looking: what is planned in between is not missed.
            let woken = wake.notified();
            let Some(pause) = self.dispatch(permits, expects_work).await else {
                expects_work = true;
                continue;
            };
            tokio::select! {
                () = woken => expects_work = true,
                () = tokio::time::sleep(pause) => expects_work = false,
                () = shutdown.cancelled() => return,
            }
        }
    }

    /// At least one slot, and all that are free.
    async fn free_slots(&self) -> Vec<OwnedSemaphorePermit> {
        let slots = Arc::clone(&self.slots);
        let mut permits = vec![slots.acquire_owned().await.expect("the semaphore is never closed")];
        while let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            permits.push(permit);
        }
        permits
    }

    /// Starts requests for what is due; tells how long to wait, or `None` when more may be due at once.
    async fn dispatch(&self, mut permits: Vec<OwnedSemaphorePermit>, expects_work: bool) -> Option<Duration> {
        let wanted = permits.len();
        let claim = match self.claim(wanted, expects_work).await {
            Ok(claim) => claim,
            Err(pause) => return Some(pause),
        };
        let full = claim.attempts.len() + claim.given_up >= wanted;
        for claimed in claim.attempts {
            let permit = permits.pop().expect("no more was claimed than there are slots");
            let (engine, ended, wire) = (self.engine.clone(), self.ended.clone(), Arc::clone(&self.wire));
            self.requests.spawn(async move {
                let on_the_wire = wire.acquire().await.expect("the semaphore is never closed");
                match engine.send(&claimed).await {
                    Ok(end) => {
                        // Freed before it is written down: the slot is for requests in flight.
                        drop((on_the_wire, permit));
                        let _stopped = ended.send(end).await;
                    }
                    Err(crash) => tracing::error!(error = %crash, "a request was given up at a fault point"),
                }
            });
        }
        match claim.wait_until {
            Some(until) => Some(self.until(until)),
            None if full => None,
            None => Some(self.lane.poll),
        }
    }

    /// Looks before it claims, as looking takes no lock; unless there should be something: then the look is a detour. The
    /// urgent lane always looks, for what wakes it is mostly not for it.
    async fn claim(&self, limit: usize, expects_work: bool) -> Result<Claim, Duration> {
        let urgent_only = self.lane.urgent_only;
        if urgent_only || !expects_work {
            self.look(urgent_only).await?;
        }
        self.engine.claim(limit, urgent_only).await.map_err(|error| pause_for(&error))
    }

    /// How long to wait when nothing is due.
    async fn look(&self, urgent_only: bool) -> Result<(), Duration> {
        let now = self.engine.clock().now();
        let next = self.engine.store().next_due_at(now, urgent_only).await;
        match next.map_err(|error| pause_for(&error))? {
            Some(at) if at <= now => Ok(()),
            Some(at) => Err(self.until(at)),
            None => Err(self.lane.poll),
        }
    }

    fn until(&self, at: Timestamp) -> Duration {
        at.since(self.engine.clock().now()).clamp(Duration::from_millis(1), self.lane.poll)
    }
}

fn pause_for(error: &dyn std::fmt::Display) -> Duration {
    tracing::error!(error = %error, "due notices could not be claimed, trying again");
    PAUSE
}

/// Writes down how requests ended, many at a time. What cannot be written is tried until it can: should the process die
/// first, the leases run out and the attempts are looked up.
async fn settle(engine: &Engine, mut queue: mpsc::Receiver<Ended>) {
    let mut batch = Vec::with_capacity(SETTLE_BATCH_MAX);
    while queue.recv_many(&mut batch, SETTLE_BATCH_MAX).await > 0 {
        while let Err(error) = engine.settle(&batch).await {
            tracing::error!(error = %error, requests = batch.len(), "ended requests could not be written down, trying again");
            tokio::time::sleep(PAUSE).await;
        }
        batch.clear();
    }
}
