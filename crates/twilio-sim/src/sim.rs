//! The stand-in itself: its memory and what works on it, shared by the API, the control API, the page and the handle.

use std::sync::{Arc, Mutex, MutexGuard};

use deskbell_domain::{Clock, Timestamp};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::callbacks;
use crate::settings::SimSettings;
use crate::state::State;

/// The stand-in could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It may only listen on this machine's own addresses.
    #[error(
        "{0} is not a loopback address: set TWILIO_SIM_ALLOW_NON_LOOPBACK=true to listen there all the same"
    )]
    NotLoopback(std::net::SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The client that sends callbacks could not be built.
    #[error("cannot build the HTTP client for callbacks")]
    HttpClient(#[from] reqwest::Error),
}

/// The shared part.
#[derive(Debug)]
pub(crate) struct Sim {
    pub(crate) settings: SimSettings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) http: reqwest::Client,
    pub(crate) stop: CancellationToken,
    pub(crate) callback_slots: Semaphore,
    /// How many messages were accepted, for those who wait for them.
    pub(crate) accepted: watch::Sender<u64>,
    state: Mutex<State>,
}

impl Sim {
    pub(crate) fn new(settings: SimSettings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Ok(Self {
            http: callbacks::http_client()?,
            stop: CancellationToken::new(),
            callback_slots: Semaphore::new(settings.limits.callbacks_in_flight_max.max(1)),
            accepted: watch::Sender::new(0),
            state: Mutex::new(State::new(&settings)),
            settings,
            clock,
        })
    }

    /// The memory. Not to be held across an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the memory")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Forgets all; callbacks that are still due are not sent any more.
    pub(crate) fn reset(&self) {
        self.state().reset(&self.settings);
        self.accepted.send_replace(0);
    }
}
