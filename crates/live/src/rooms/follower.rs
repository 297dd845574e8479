//! Keeps rooms at what the database says: reads what hints tell of, and looks at all of them from time to time in case
//! hints got lost.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_bus::{Bus, Hint};
use deskbell_domain::ConversationId;
use deskbell_runtime::CancellationToken;
use deskbell_store::{Store, StoreResult};
use futures_util::{StreamExt as _, stream};
use rand::RngExt as _;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

use super::{Rooms, TO_READ_MAX, Wording};
use crate::frame::CloseCode;
use crate::hint;
use crate::roll::Roll;

/// Most rooms that are read in one go.
const BATCH_MAX: usize = 256;
/// Most of them at once.
const READS_AT_ONCE: usize = 8;
const PAGE: u16 = 100;
/// Most conversations in one query. Of thousands that are followed, never all are in memory a second time.
const VIEWS_MAX: usize = 500;

/// See [`Rooms::open`].
#[derive(Clone, Copy, Debug)]
pub struct RoomsOptions {
    /// How often all rooms are looked at, on average; the gaps vary by half of it.
    pub look_interval: Duration,
}

/// Runs beside the rooms.
pub struct Follower {
    rooms: Arc<Rooms>,
    store: Store,
    roll: Arc<Roll>,
    hints: broadcast::Receiver<Hint>,
    to_read: mpsc::Receiver<ConversationId>,
    options: RoomsOptions,
}

impl Rooms {
    /// Opens an empty house. `wording` puts news into frames; connections are on the `roll`.
    ///
    /// # Errors
    /// When the database does not tell its epoch.
    pub async fn open(
        store: Store,
        bus: &Bus,
        roll: Arc<Roll>,
        wording: Box<Wording>,
        options: RoomsOptions,
    ) -> StoreResult<(Arc<Self>, Follower)> {
        let hints = bus.hints();
        let epoch = store.epoch().await?;
        let (sender, to_read) = mpsc::channel(TO_READ_MAX);
        let rooms = Arc::new(Self::new(wording, sender, &epoch));
        let follower = Follower { rooms: Arc::clone(&rooms), store, roll, hints, to_read, options };
        Ok((rooms, follower))
    }
}

impl Follower {
    /// Runs until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let Self { rooms, store, roll, hints, to_read, options } = self;
        let reader = Reader { rooms: &rooms, store: &store, is_failing: AtomicBool::new(false) };
        let work = async {
            tokio::join!(
                follow_hints(&rooms, hints),
                reader.read_queued(to_read),
                reader.look_at_all(&roll, options.look_interval),
            )
        };
        let _stopped = stop.run_until_cancelled(work).await;
    }
}

async fn follow_hints(rooms: &Rooms, mut hints: broadcast::Receiver<Hint>) {
    loop {
        match hints.recv().await {
            Ok(hint) if hint.is_resync() => rooms.look_now(),
            Ok(hint) => {
                if let Some(hint) = hint::of_conversation(&hint) {
                    rooms.heed(hint);
                }
            }
            Err(RecvError::Lagged(_)) => rooms.look_now(),
            Err(RecvError::Closed) => return,
        }
    }
}

struct Reader<'a> {
    rooms: &'a Rooms,
    store: &'a Store,
    is_failing: AtomicBool,
}

impl Reader<'_> {
    /// Reads the rooms that ask for it.
    async fn read_queued(&self, mut to_read: mpsc::Receiver<ConversationId>) {
        let mut batch = Vec::new();
        while to_read.recv_many(&mut batch, BATCH_MAX).await > 0 {
            let (mut changed, mut behind) = (Vec::new(), Vec::new());
            for id in batch.drain(..) {
                let Some(needs) = self.rooms.begin_reading(id) else { continue };
                if needs.view {
                    changed.push(id);
                }
                if let Some(after) = needs.messages_after {
                    behind.push((id, after));
                }
            }
            self.report(self.read_views(&changed).await);
            let reads = behind.into_iter().map(|(id, after)| self.read_messages(id, after));
            let reads = stream::iter(reads).buffer_unordered(READS_AT_ONCE);
            reads.for_each(async |read| self.report(read)).await;
        }
    }

    /// Looks at all rooms, now and then.
    async fn look_at_all(&self, roll: &Roll, interval: Duration) {
        loop {
            let gap = interval.mul_f64(rand::rng().random_range(0.5..1.5));
            // Either way it is time to look.
            let _woken = tokio::time::timeout(gap, self.rooms.look_now.notified()).await;
            self.report(self.look(roll).await);
        }
    }

    async fn look(&self, roll: &Roll) -> StoreResult<()> {
        let epoch = self.store.epoch().await?;
        if *epoch != *self.rooms.epoch() {
            tracing::warn!("the database has another epoch; every chat window reads its chat anew");
            self.rooms.set_epoch(&epoch);
            roll.close_all(CloseCode::RESTART);
        }
        self.read_views(&self.rooms.followed()).await
    }

    async fn read_views(&self, ids: &[ConversationId]) -> StoreResult<()> {
        for part in ids.chunks(VIEWS_MAX) {
            let views = self.store.live_views(part).await?;
            let found: HashSet<ConversationId> = views.iter().map(|view| view.id).collect();
            for id in part.iter().filter(|id| !found.contains(id)) {
                self.rooms.end(*id);
            }
            for view in &views {
                self.rooms.adopt(view);
            }
        }
        Ok(())
    }

    async fn read_messages(&self, id: ConversationId, after: i64) -> StoreResult<()> {
        let page = self.store.messages(id, after, PAGE).await?;
        if page.messages.is_empty() {
            self.rooms.is_complete(id);
        } else {
            self.rooms.append(id, &page.messages);
        }
        Ok(())
    }

    /// What could not be read now is read at the next look.
    fn report(&self, read: StoreResult<()>) {
        let was_failing = self.is_failing.swap(read.is_err(), Ordering::Relaxed);
        if let Err(error) = read
            && !was_failing
        {
            tracing::warn!(error = %error, "followed chats cannot be read, trying again");
        }
    }
}
