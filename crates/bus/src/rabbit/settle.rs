//! The way back of a delivery: acknowledge, reject, or return to the queue after a while.

use std::time::Duration;

use lapin::options::{BasicAckOptions, BasicRejectOptions};
use lapin::{Acker, Channel};
use tokio::time::timeout;

use crate::SettleError;

/// A delivery that the broker waits to hear of; dropped, it is returned to its queue.
#[derive(Debug)]
pub(crate) struct Unsettled {
    acker: Option<Acker>,
    /// Keeps the channel open after its consumer is gone: closing it would return the delivery.
    channel: Channel,
    retry_delay: Duration,
    settle_timeout: Duration,
}

impl Unsettled {
    pub(super) fn new(
        acker: Acker,
        channel: Channel,
        retry_delay: Duration,
        settle_timeout: Duration,
    ) -> Self {
        Self { acker: Some(acker), channel, retry_delay, settle_timeout }
    }

    pub(crate) async fn ack(mut self) -> Result<(), SettleError> {
        let acker = self.acker.take().ok_or(SettleError)?;
        settle(self.settle_timeout, acker.ack(BasicAckOptions::default())).await
    }

    pub(crate) async fn reject(mut self) -> Result<(), SettleError> {
        let acker = self.acker.take().ok_or(SettleError)?;
        let options = BasicRejectOptions { requeue: false };
        settle(self.settle_timeout, acker.reject(options)).await
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        let Some(acker) = self.acker.take() else { return };
        // Without a runtime the process is ending; the broker notices by itself.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (channel, delay) = (self.channel.clone(), self.retry_delay);
        runtime.spawn(async move {
            tokio::time::sleep(delay).await;
            // On failure the session is over, and the broker has taken the delivery back already.
            let _ = acker.reject(BasicRejectOptions { requeue: true }).await;
            drop(channel);
        });
    }
}

/// Only `Ok(true)` means that the broker was told: `Ok(false)` is lapin's word for an acker whose channel is gone.
async fn settle(limit: Duration, rpc: impl Future<Output = lapin::Result<bool>>) -> Result<(), SettleError> {
    match timeout(limit, rpc).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false) | Err(_)) | Err(_) => Err(SettleError),
    }
}
