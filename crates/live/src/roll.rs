//! Who is connected: bounds on how many, a sign of life from each, and an orderly end.
//!
//! One task looks after all connections, so none needs a timer of its own.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use deskbell_http::NetworkKey;
use deskbell_runtime::CancellationToken;
use slab::Slab;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use crate::frame::CloseCode;
use crate::mailbox::Mailbox;

const BEAT: Duration = Duration::from_secs(1);
/// How often each connection is pinged.
const PING_EVERY_S: usize = 25;
/// How often it is looked whether it still answers; a divisor of the above.
const LOOK_EVERY_S: usize = 5;
/// How long a connection may be silent, pongs included.
const SILENCE_MAX_S: u32 = 60;
/// How long a client may take to greet.
const GREETING_MAX_S: u32 = 10;

/// How many connections there may be; 0 sets no limit.
#[derive(Clone, Copy, Debug)]
pub struct RollLimits {
    /// Of this process.
    pub connections: usize,
    /// From one network.
    pub of_one_network: usize,
}

/// The list of all connections.
#[derive(Debug)]
pub struct Roll {
    limits: RollLimits,
    inner: Mutex<Inner>,
    /// Seconds since the start, as counted by the beat.
    second: AtomicU32,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    connections: Slab<Arc<Mailbox>>,
    of_network: HashMap<NetworkKey, usize>,
    /// Those that have not greeted yet, with the second by which they must have.
    awaited: VecDeque<(u32, Weak<Mailbox>)>,
    is_closing: bool,
}

/// A connection's place in the list; given back when dropped.
#[derive(Debug)]
pub struct Place {
    roll: Arc<Roll>,
    mailbox: Arc<Mailbox>,
    key: usize,
    network: NetworkKey,
}

impl Roll {
    /// An empty list.
    pub fn new(limits: RollLimits) -> Arc<Self> {
        Arc::new(Self { limits, inner: Mutex::default(), second: AtomicU32::new(0), emptied: Notify::new() })
    }

    /// Enters a connection from a network.
    ///
    /// # Errors
    /// With what it is to be closed: there are too many, or the process stops.
    pub fn enter(self: &Arc<Self>, network: NetworkKey) -> Result<Place, CloseCode> {
        let mut inner = self.lock();
        if inner.is_closing {
            return Err(CloseCode::RESTART);
        }
        let theirs = inner.of_network.get(&network).copied().unwrap_or(0);
        if is_reached(self.limits.connections, inner.connections.len())
            || is_reached(self.limits.of_one_network, theirs)
        {
            metrics::counter!("live_connections_refused_total").increment(1);
            return Err(CloseCode::TOO_MANY);
        }
        inner.of_network.insert(network, theirs + 1);
        let second = self.second();
        let mailbox = Arc::new(Mailbox::default());
        mailbox.hear(second);
        inner.awaited.push_back((second + GREETING_MAX_S + 1, Arc::downgrade(&mailbox)));
        let key = inner.connections.insert(Arc::clone(&mailbox));
        drop(inner);
        metrics::gauge!("live_connections").increment(1);
        Ok(Place { roll: Arc::clone(self), mailbox, key, network })
    }

    /// Looks after all connections until told to stop.
    pub async fn keep(&self, stop: CancellationToken) {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(beat.tick()).await.is_some() {
            self.beat();
        }
    }

    /// One second later.
    pub(crate) fn beat(&self) {
        let second = self.second.fetch_add(1, Ordering::Relaxed) + 1;
        let mut inner = self.lock();
        while let Some((due, _)) = inner.awaited.front()
            && *due <= second
        {
            let awaited = inner.awaited.pop_front().and_then(|(_, mailbox)| mailbox.upgrade());
            if let Some(mailbox) = awaited.filter(|mailbox| !mailbox.is_greeted()) {
                mailbox.close(CloseCode::POLICY);
            }
        }
        // Spread over the seconds: each has its share of the places.
        let turn = second as usize;
        let places = inner.connections.capacity();
        for place in (turn % LOOK_EVERY_S..places).step_by(LOOK_EVERY_S) {
            let Some(mailbox) = inner.connections.get(place) else { continue };
            if mailbox.silent_for(second) > SILENCE_MAX_S {
                mailbox.close(CloseCode::SILENT);
            } else if place % PING_EVERY_S == turn % PING_EVERY_S {
                mailbox.ping();
            }
        }
    }

    /// Has every connection closed and lets no more in; waits until all are gone, within the limit.
    pub async fn drain(&self, code: CloseCode, limit: Duration) {
        self.lock().is_closing = true;
        self.close_all(code);
        let emptied = async {
            loop {
                let notified = self.emptied.notified();
                if self.lock().connections.is_empty() {
                    return;
                }
                notified.await;
            }
        };
        if tokio::time::timeout(limit, emptied).await.is_err() {
            let left = self.len();
            tracing::warn!(live.connections = left, "some connections did not close in time");
        }
    }

    /// Has every connection closed; they may come back.
    pub fn close_all(&self, code: CloseCode) {
        for (_, mailbox) in &self.lock().connections {
            mailbox.close(code);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lock().connections.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn second(&self) -> u32 {
        self.second.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nothing panics while it holds the list")
    }
}

impl Place {
    /// Where the connection is reached.
    pub fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// The connection's network.
    pub fn network(&self) -> NetworkKey {
        self.network
    }

    /// The client has greeted as it should.
    pub fn greet(&self) {
        self.mailbox.greet();
    }

    pub(crate) fn hear(&self) {
        self.mailbox.hear(self.roll.second());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = self.roll.lock();
        inner.connections.remove(self.key);
        if let Entry::Occupied(mut theirs) = inner.of_network.entry(self.network) {
            *theirs.get_mut() -= 1;
            if *theirs.get() == 0 {
                theirs.remove();
            }
        }
        let is_empty = inner.connections.is_empty();
        drop(inner);
        metrics::gauge!("live_connections").decrement(1);
        if is_empty {
            self.roll.emptied.notify_waiters();
        }
    }
}

fn is_reached(limit: usize, count: usize) -> bool {
    limit > 0 && count >= limit
}
