//! The statuses that a message goes through, each with its time. Which one is current follows from the message's age,
//! so nothing has to run for a message to advance.

use std::time::Duration;

use deskbell_twilio::MessageStatus;

use crate::behaviour::Outcome;

/// One status and when it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// Time since the message was created.
    pub(crate) after: Duration,
    pub(crate) status: MessageStatus,
    pub(crate) error_code: Option<u32>,
}

/// All statuses of a message, by time; never empty.
#[derive(Clone, Debug)]
pub(crate) struct Journey(Vec<Step>);

/// How a message starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure {
    /// Through a Messaging Service, which begins with `accepted`.
    pub(crate) through_service: bool,
    /// Scheduled for so much later.
    pub(crate) scheduled_in: Option<Duration>,
    /// The first change happens at once.
    pub(crate) first_step_at_once: bool,
}

impl Journey {
    /// A journey with `step` between its statuses.
    pub(crate) fn plan(departure: Departure, outcome: &Outcome, step: Duration) -> Self {
        let first = match departure {
            Departure { scheduled_in: Some(_), .. } => MessageStatus::Scheduled,
            Departure { through_service: true, .. } => MessageStatus::Accepted,
            Departure { .. } => MessageStatus::Queued,
        };
        let queued = (first != MessageStatus::Queued).then_some(MessageStatus::Queued);
        let later =
            queued.into_iter().chain(outcome.statuses.iter().map(|word| MessageStatus::from(&**word)));
        let mut after = departure.scheduled_in.unwrap_or_default();
        if !departure.first_step_at_once {
            after += step;
        }
        let mut steps = vec![Step { after: Duration::ZERO, status: first, error_code: None }];
        for status in later {
            let failed = matches!(status, MessageStatus::Failed | MessageStatus::Undelivered);
            steps.push(Step { after, error_code: outcome.error_code.filter(|_| failed), status });
            after += step;
        }
        Self(steps)
    }

    /// A journey that has ended before it began.
    pub(crate) fn ended(status: MessageStatus) -> Self {
        Self(vec![Step { after: Duration::ZERO, status, error_code: None }])
    }

    /// How it begins.
    pub(crate) fn first(&self) -> &Step {
        &self.0[0]
    }

    /// Where a message of this age stands.
    pub(crate) fn at(&self, age: Duration) -> &Step {
        self.0.iter().rev().find(|step| step.after <= age).unwrap_or(self.first())
    }

    /// All but the first status: those that are reported by callbacks.
    pub(crate) fn changes(&self) -> &[Step] {
        &self.0[1..]
    }

    /// When the message leaves, as far as this journey tells.
    pub(crate) fn sent_after(&self) -> Option<Duration> {
        use MessageStatus::{Delivered, Sent, Undelivered};
        self.0
            .iter()
            .find(|step| matches!(step.status, Sent | Delivered | Undelivered))
            .map(|step| step.after)
    }

    /// Whether a message of this age can still be called off.
    pub(crate) fn cancellable(&self, age: Duration) -> bool {
        matches!(
            self.at(age).status,
            MessageStatus::Scheduled | MessageStatus::Accepted | MessageStatus::Queued
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_millis(100);
    const PLAIN: Departure =
        Departure { through_service: false, scheduled_in: None, first_step_at_once: false };

    fn words(journey: &Journey) -> Vec<(u128, &str)> {
        journey.0.iter().map(|step| (step.after.as_millis(), step.status.as_str())).collect()
    }

    #[test]
    fn statuses_follow_twilios_order() {
        let outcome = Outcome::default();
        assert_eq!(
            words(&Journey::plan(PLAIN, &outcome, STEP)),
            [(0, "queued"), (100, "sent"), (200, "delivered")]
        );
        assert_eq!(
            words(&Journey::plan(Departure { through_service: true, ..PLAIN }, &outcome, STEP)),
            [(0, "accepted"), (100, "queued"), (200, "sent"), (300, "delivered")]
        );
        let scheduled = Departure { scheduled_in: Some(Duration::from_secs(300)), ..PLAIN };
        assert_eq!(
            words(&Journey::plan(scheduled, &outcome, STEP))[..2],
            [(0, "scheduled"), (300_100, "queued")]
        );
    }

    #[test]
    fn only_failures_carry_the_error_code() {
        let outcome =
            Outcome { statuses: vec!["sent".into(), "undelivered".into()], error_code: Some(30003) };
        let journey = Journey::plan(PLAIN, &outcome, STEP);
        assert_eq!(journey.at(Duration::from_millis(150)).error_code, None);
        assert_eq!(journey.at(Duration::from_secs(9)).error_code, Some(30003));
        assert_eq!(journey.sent_after(), Some(STEP));
        assert!(journey.cancellable(Duration::ZERO) && !journey.cancellable(STEP));
    }
}
