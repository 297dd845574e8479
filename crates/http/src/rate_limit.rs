//! Limits per address, visitor or anything else that can be hashed, in memory that never grows.
//!
//! Keys share a fixed number of cells, chosen by a hash with a random seed: nobody can aim at another's cell, and the
//! chance to share one by accident is one in [`CELLS`] per other active key.

use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter as Governor};

use crate::Problem;

/// Cells per limiter, 8 bytes each.
const CELLS: usize = 32_768;

/// Lets each key do something N times in a period, with a burst of N; says by a 429 when to come again.
pub struct RateLimiter<K, C: Clock = DefaultClock> {
    inner: Option<Inner<C>>,
    key: PhantomData<fn(&K)>,
}

struct Inner<C: Clock> {
    governor: Governor<usize, Cells, C, NoOpMiddleware<C::Instant>>,
    hasher: RandomState,
    clock: C,
}

impl<K: Hash> RateLimiter<K> {
    /// N times in a minute; 0 sets no limit.
    pub fn per_minute(times: u32) -> Self {
        Self::with_clock(times, Quota::per_minute, DefaultClock::default())
    }

    /// N times in an hour; 0 sets no limit.
    pub fn per_hour(times: u32) -> Self {
        Self::with_clock(times, Quota::per_hour, DefaultClock::default())
    }
}

impl<K: Hash, C: Clock + Clone> RateLimiter<K, C> {
    /// N times in the quota's period by another clock; 0 sets no limit.
    pub fn with_clock(times: u32, period: fn(NonZeroU32) -> Quota, clock: C) -> Self {
        let inner = NonZeroU32::new(times).map(|times| Inner {
            governor: Governor::new(period(times), Cells::new(), clock.clone()),
            hasher: RandomState::new(),
            clock,
        });
        Self { inner, key: PhantomData }
    }

    /// Counts one use by this key.
    ///
    /// # Errors
    /// A 429 with `Retry-After` when the key has used up its share; that use is not counted.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let cell = usize::try_from(inner.hasher.hash_one(key) % CELLS as u64).unwrap_or_default();
        inner
            .governor
            .check_key(&cell)
            .map_err(|refused| Problem::too_many_requests(refused.wait_time_from(inner.clock.now())))
    }
}

struct Cells(Box<[InMemoryState]>);

impl Cells {
    fn new() -> Self {
        Self(std::iter::repeat_with(InMemoryState::default).take(CELLS).collect())
    }
}

impl StateStore for Cells {
    type Key = usize;

    fn measure_and_replace<T, F, E>(&self, cell: &usize, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0[*cell].measure_and_replace(&NotKeyed::NonKey, measure)
    }
}
