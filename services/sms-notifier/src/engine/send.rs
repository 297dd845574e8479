//! Sending and settling: the request, once, and then what became of it.

use std::task::Poll;

use deskbell_domain::delivery::{SendOutcome, after_send};
use deskbell_store::{AttemptEnd, Change, ClaimedAttempt};

use super::{Engine, StepError};
use crate::channels::{Outgoing, Sent};
use crate::faults::{Crash, FaultPoint};

/// An attempt whose request has ended, and how.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The attempt.
    pub attempt_id: deskbell_domain::AttemptId,
    /// How it ended.
    pub sent: Sent,
}

impl Engine {
    /// Makes the request of a claimed attempt.
    ///
    /// # Errors
    /// Only at a fault point; whatever else goes wrong is an outcome.
    pub async fn send(&self, claimed: &ClaimedAttempt) -> Result<Ended, Crash> {
        self.faults.pass(FaultPoint::AttemptCommitted)?;
        if self.clock().now().plus(self.policy().request_timeout) >= claimed.lease_until {
            // This process was held up; somebody else may hold the notice before the request could end.
            let sent = Sent { outcome: SendOutcome::NotSent, status: None, code: None };
            return Ok(Ended { attempt_id: claimed.attempt_id, sent });
        }
        let text =
            Outgoing { attempt_id: claimed.attempt_id, to: &claimed.delivery.phone, body: &claimed.body };
        let mut request = self.channel.send(&text);
        let sent = match futures_util::poll!(&mut request) {
            Poll::Ready(sent) => sent,
            Poll::Pending => {
                self.faults.pass(FaultPoint::MidPost)?;
                request.await
            }
        };
        self.faults.pass(FaultPoint::ResponseRead)?;
        Ok(Ended { attempt_id: claimed.attempt_id, sent })
    }

    /// Writes down how requests ended.
    ///
    /// # Errors
    /// When the database did not answer: call again; should this process die, the lease runs out and the attempts count
    /// as interrupted.
    pub async fn settle(&self, ended: &[Ended]) -> Result<(), StepError> {
        let changes: Vec<Change> = ended.iter().map(|ended| self.change(ended)).collect();
        self.store.apply(self.channel.sender(), &changes).await?;
        for ended in ended {
            metrics::counter!("sms_attempts_total", "outcome" => word(&ended.sent.outcome)).increment(1);
        }
        Ok(())
    }

    fn change(&self, ended: &Ended) -> Change {
        let (now, jitter) = (self.clock().now(), self.jitter());
        let (policy, outcome) = (*self.policy(), ended.sent.outcome.clone());
        let sid = match &outcome {
            SendOutcome::Accepted { sid, .. } => Some(sid.clone()),
            _ => None,
        };
        Change {
            attempt_id: ended.attempt_id,
            end: AttemptEnd {
                outcome: Some(word(&outcome)),
                sid,
                status: ended.sent.status.clone(),
                code: ended.sent.code,
            },
            decide: Box::new(move |progress, current| {
                after_send(progress, current, &outcome, &policy, jitter, now)
            }),
            now,
        }
    }
}

/// The stable word for an outcome, as stored and counted.
const fn word(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted { .. } => "accepted",
        SendOutcome::NotSent => "not_sent",
        SendOutcome::RateLimited { .. } => "rate_limited",
        SendOutcome::Rejected { .. } => "rejected",
        SendOutcome::Ambiguous => "ambiguous",
        SendOutcome::Simulated => "simulated",
    }
}
