//! A session as publishers and consumers see it.

use std::fmt::Display;
use std::sync::{Arc, OnceLock};

use lapin::{Channel, Connection};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::publisher::{Job, PublishLimits, Publisher};
use crate::{Event, PublishError};

/// An open connection with a verified topology. Replaced, never repaired.
#[derive(Debug)]
pub(super) struct Link {
    connection: Arc<Connection>,
    publisher: mpsc::Sender<Job>,
    failure: Arc<Failure>,
}

/// That a session is over, and why.
#[derive(Debug, Default)]
pub(super) struct Failure {
    reason: OnceLock<String>,
    happened: CancellationToken,
}

impl Link {
    pub(super) fn new(connection: Connection, limits: PublishLimits) -> Self {
        let (connection, failure) = (Arc::new(connection), Arc::<Failure>::default());
        let publisher = Publisher::spawn(Arc::clone(&connection), Arc::clone(&failure), limits);
        Self { connection, publisher, failure }
    }

    /// Publishes in turn and waits for the broker's word.
    pub(super) async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        let (done, verdict) = oneshot::channel();
        let job = Job { event: event.clone(), done };
        self.publisher.send(job).await.map_err(|_over| PublishError::NotConnected)?;
        verdict.await.unwrap_or(Err(PublishError::ConnectionLost))
    }

    pub(super) async fn create_channel(&self) -> lapin::Result<Channel> {
        self.connection.create_channel().await
    }

    /// Ends the session, so that the supervisor opens another one.
    pub(super) fn fail(&self, reason: &impl Display) {
        self.failure.report(reason);
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.failure.happened.is_cancelled() && self.connection.status().connected()
    }

    /// Waits for [`Self::fail`] and returns its reason.
    pub(super) async fn failure(&self) -> String {
        self.failure.happened().await
    }

    pub(super) async fn close(&self) -> lapin::Result<()> {
        const REPLY_SUCCESS: u16 = 200;
        self.connection.close(REPLY_SUCCESS, "closing".into()).await
    }
}

impl Failure {
    /// Only the first reason is kept.
    pub(super) fn report(&self, reason: &impl Display) {
        self.reason.get_or_init(|| reason.to_string());
        self.happened.cancel();
    }

    /// Waits until it has happened and returns the reason.
    pub(super) async fn happened(&self) -> String {
        self.happened.cancelled().await;
        self.reason.get().cloned().unwrap_or_default()
    }
}
