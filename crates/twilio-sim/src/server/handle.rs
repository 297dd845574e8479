//! The handle of a stand-in that runs in this process. Dropping it stops the stand-in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::behaviour::{Behaviour, RecipientRule};
use crate::faults::FaultSpec;
use crate::inbound::{InboundReceipt, NewInbound, receive};
use crate::sim::Sim;
use crate::state::{AcceptedMessage, CallbackRecord, Counts, Message, RequestRecord};

/// A running stand-in.
#[derive(Debug)]
pub struct SimHandle {
    /// What `TWILIO_API_BASE_URL` should be; also the page's address.
    pub url: String,
    /// The control API.
    pub control_url: String,
    sim: Arc<Sim>,
}

impl SimHandle {
    pub(super) fn new(address: SocketAddr, sim: Arc<Sim>) -> Self {
        let url = format!("http://{address}");
        Self { control_url: format!("{url}{}", crate::control::ROOT), url, sim }
    }

    /// The messages that are remembered, oldest first, inbound ones and deleted ones included.
    pub fn messages(&self) -> Vec<AcceptedMessage> {
        self.sim.state().messages.iter().map(Message::record).collect()
    }

    /// The requests to the API that are remembered, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.sim.state().requests.after(0).cloned().collect()
    }

    /// The callbacks that are remembered, oldest first.
    pub fn callbacks(&self) -> Vec<CallbackRecord> {
        self.sim.state().callbacks.after(0).cloned().collect()
    }

    /// How much there ever was since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.sim.state().counts
    }

    /// Waits until `count` messages were accepted through the API; `false` when that takes longer than `deadline`.
    pub async fn wait_accepted(&self, count: u64, deadline: Duration) -> bool {
        let mut accepted = self.sim.accepted.subscribe();
        tokio::time::timeout(deadline, accepted.wait_for(|seen| *seen >= count)).await.is_ok()
    }

    /// Scripts a fault and returns its id.
    ///
    /// # Panics
    /// When there are more than a thousand.
    pub fn script_fault(&self, fault: FaultSpec) -> u64 {
        self.sim.state().faults.add(fault).expect("a test scripts fewer than a thousand faults")
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.sim.state().faults.clear();
    }

    /// Changes the behaviour.
    pub fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.sim.state().behaviour);
    }

    /// Sets or removes the exceptions for one number.
    pub fn set_rule(&self, number: &str, rule: Option<RecipientRule>) {
        self.sim.state().set_rule(number.to_owned(), rule);
    }

    /// Receives an SMS from somebody and calls the webhook.
    ///
    /// # Errors
    /// With a sentence that says what is missing.
    pub async fn receive(&self, inbound: NewInbound) -> Result<InboundReceipt, &'static str> {
        receive(&self.sim, inbound).await
    }

    /// Forgets all, and starts from the settings again.
    pub fn reset(&self) {
        self.sim.reset();
    }

    /// Runs until the future ends, then stops.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        self.sim.stop.cancel();
    }
}
