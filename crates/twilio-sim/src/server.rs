//! The listener and the handle of a running stand-in.

mod connection;
mod handle;

use std::net::SocketAddr;
use std::sync::Arc;

use deskbell_domain::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use handle::SimHandle;

use crate::settings::SimSettings;
use crate::sim::{Sim, StartError};

/// Starts stand-ins.
#[derive(Clone, Copy, Debug)]
pub struct TwilioSim;

impl TwilioSim {
    /// Starts a stand-in in this process. The process must have installed a rustls crypto provider.
    ///
    /// # Errors
    /// [`StartError`] when it may not or cannot listen there.
    pub async fn start(settings: SimSettings) -> Result<SimHandle, StartError> {
        Self::start_with_clock(settings, Arc::new(SystemClock)).await
    }

    /// As [`Self::start`], with a clock for the dates that it shows; statuses advance by tokio's time.
    ///
    /// # Errors
    /// [`StartError`] when it may not or cannot listen there.
    pub async fn start_with_clock(
        settings: SimSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<SimHandle, StartError> {
        let address = settings.bind;
        if !address.ip().is_loopback() && !settings.allow_non_loopback {
            return Err(StartError::NotLoopback(address));
        }
        let listen_error = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let address: SocketAddr = listener.local_addr().map_err(listen_error)?;
        let sim = Arc::new(Sim::new(settings, clock)?);
        tokio::spawn(sim.stop.clone().run_until_cancelled_owned(accept(listener, Arc::clone(&sim))));
        Ok(SimHandle::new(address, sim))
    }
}

/// Serves connections until it is dropped, and all of them with it.
async fn accept(listener: TcpListener, sim: Arc<Sim>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection::serve(stream, Arc::clone(&sim)))),
                Err(error) => {
                    // Out of descriptors, most likely: connections that end make room.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
