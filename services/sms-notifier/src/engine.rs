//! The steps in the life of a notice. Each is one function that reads, decides and commits; none of them loops.

mod claim;
mod hear;
mod reconcile;
mod report;
mod send;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_domain::Clock;
use deskbell_domain::delivery::{Backoff, DeliveryPolicy, Jitter};
use deskbell_runtime::Settings;
use deskbell_store::{Store, StoreError};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::channels::Channel;
use crate::faults::{Crash, Faults};

pub use hear::Hearing;
pub use report::Report;
pub use send::Ended;

/// The consumer's name in the inbox.
pub const CONSUMER: &str = "sms-notifier";

/// What the engine is told once.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// The delivery machine's knobs.
    pub policy: DeliveryPolicy,
    /// Sender time that one segment takes.
    pub segment_time: Duration,
    /// Where links lead: `{admin_url}/r/<token>`.
    pub admin_url: String,
    /// How long a link is good.
    pub link_ttl: Duration,
}

impl From<&Settings> for EngineOptions {
    fn from(settings: &Settings) -> Self {
        let notifier = &settings.notifier;
        let policy = DeliveryPolicy {
            lease: notifier.lease(),
            request_timeout: settings.twilio.request_timeout(),
            reconcile_window: notifier.reconcile_window(),
            resend_when_unresolved: notifier.resend_when_unresolved,
            backoff: Backoff {
                first: Duration::from_millis(notifier.retry_delay_min_ms),
                most: Duration::from_millis(notifier.retry_delay_max_ms),
            },
            circuit_open: Duration::from_millis(notifier.circuit_open_ms),
            ..DeliveryPolicy::default()
        };
        Self {
            policy,
            segment_time: Duration::from_secs_f64(1.0 / notifier.segments_per_second),
            admin_url: settings.public.admin_url.as_str().trim_end_matches('/').to_owned(),
            link_ttl: settings.admin.link_ttl(),
        }
    }
}

/// Why a step did not end.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The database did not answer, or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault point ended it.
    #[error(transparent)]
    Crash(#[from] Crash),
}

/// Store, clock, channel and rules. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    clock: Arc<dyn Clock>,
    channel: Arc<dyn Channel>,
    options: Arc<EngineOptions>,
    faults: Faults,
    rng: Arc<Mutex<StdRng>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.store)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine whose randomness comes from `seed`: unguessable in production, chosen in a simulation.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        channel: Arc<dyn Channel>,
        options: EngineOptions,
        faults: Faults,
        seed: [u8; 32],
    ) -> Self {
        let rng = Arc::new(Mutex::new(StdRng::from_seed(seed)));
        Self { store, clock, channel, options: Arc::new(options), faults, rng }
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The delivery machine's knobs.
    pub fn policy(&self) -> &DeliveryPolicy {
        &self.options.policy
    }

    fn jitter(&self) -> Jitter {
        Jitter(self.with_rng(StdRng::random))
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.rng.lock().expect("nothing panics while drawing a number"))
    }
}
