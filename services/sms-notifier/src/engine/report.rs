//! Reports: what the provider says later of an attempt.

use deskbell_domain::AttemptId;
use deskbell_domain::delivery::{StatusReport, after_status};
use deskbell_store::{AttemptEnd, Change};

use super::{Engine, StepError};

/// A provider's word about an attempt.
#[derive(Clone, Debug)]
pub struct Report {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The provider's id of the message.
    pub sid: String,
    /// The status as the provider said it.
    pub status_text: String,
    /// What it means.
    pub report: StatusReport,
}

impl Engine {
    /// Takes a report in; in whatever order, and however often it comes, the same reports end the same. False when there
    /// is no such attempt.
    ///
    /// # Errors
    /// When the database did not answer: the provider will not say it again, but the list still knows.
    pub async fn report(&self, report: Report) -> Result<bool, StepError> {
        let (now, policy, status) = (self.clock().now(), *self.policy(), report.report);
        let change = Change {
            attempt_id: report.attempt_id,
            end: AttemptEnd {
                outcome: None,
                sid: Some(report.sid),
                status: Some(report.status_text),
                code: status.code,
            },
            decide: Box::new(move |progress, current| after_status(progress, current, &status, &policy, now)),
            now,
        };
        let known = self.store.apply(self.channel.sender(), &[change]).await?;
        Ok(known.first().is_some_and(Option::is_some))
    }
}
