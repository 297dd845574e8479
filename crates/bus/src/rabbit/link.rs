//! A session as publishers and consumers see it.

use std::fmt::Display;
use std::sync::OnceLock;

use lapin::options::BasicPublishOptions;
use lapin::{Channel, Connection};
use tokio_util::sync::CancellationToken;

use super::lanes::Lanes;
use super::properties;
use super::topology::EVENTS_EXCHANGE;
use crate::{ConfirmOutcome, Event, PublishError, verdict};

/// An open connection with a verified topology. Replaced, never repaired.
#[derive(Debug)]
pub(super) struct Link {
    connection: Connection,
    lanes: Lanes,
    failure: OnceLock<String>,
    failed: CancellationToken,
}

impl Link {
    pub(super) fn new(connection: Connection, publish_concurrency: u16) -> Self {
        Self {
            connection,
            lanes: Lanes::new(publish_concurrency),
            failure: OnceLock::new(),
            failed: CancellationToken::new(),
        }
    }

    /// Publishes on a lane of its own and waits for the broker's word. Cancelling it gives up the lane.
    pub(super) async fn publish(&self, event: &Event) -> Result<(), PublishError> {
        let mut lane = self.lanes.enter().await;
        let channel = match lane.take() {
            Some(channel) => channel,
            None => Lanes::open(&self.connection).await.map_err(|error| self.lost(&error))?,
        };
        let outcome = Self::publish_on(&channel, event).await.map_err(|error| self.lost(&error))?;
        lane.give_back(channel);
        verdict(outcome)
    }

    async fn publish_on(channel: &Channel, event: &Event) -> lapin::Result<ConfirmOutcome> {
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let key = event.name.as_str().into();
        let confirm = channel
            .basic_publish(EVENTS_EXCHANGE.into(), key, options, &event.body, properties::of(event))
            .await?
            .await?;
        Ok(ConfirmOutcome { acked: confirm.is_ack(), returned: confirm.take_message().is_some() })
    }

    pub(super) async fn create_channel(&self) -> lapin::Result<Channel> {
        self.connection.create_channel().await
    }

    /// Ends the session, so that the supervisor opens another one. Only the first reason is kept.
    pub(super) fn fail(&self, reason: &impl Display) {
        self.failure.get_or_init(|| reason.to_string());
        self.failed.cancel();
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.failed.is_cancelled() && self.connection.status().connected()
    }

    /// Waits for [`Self::fail`] and returns its reason.
    pub(super) async fn failure(&self) -> String {
        self.failed.cancelled().await;
        self.failure.get().cloned().unwrap_or_default()
    }

    pub(super) async fn close(&self) -> lapin::Result<()> {
        const REPLY_SUCCESS: u16 = 200;
        self.connection.close(REPLY_SUCCESS, "closing".into()).await
    }

    fn lost(&self, error: &lapin::Error) -> PublishError {
        self.fail(error);
        PublishError::ConnectionLost
    }
}
