//! Notices: events recorded and planned in one transaction, attempts committed before their requests, every move of a
//! delivery decided by the machine in `deskbell_domain` under the delivery's row lock.

use deskbell_domain::budget::{SenderBudget, SpendRules};
use deskbell_domain::delivery::{Progress, Transition};
use deskbell_domain::recipient::Recipient;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{AttemptId, EventId, Timestamp};

use crate::backend::{Store, change, read};
use crate::error::StoreResult;
use crate::model::delivery::{Attempt, Delivery, NewAttempt, NewDelivery, NoticeHealth};
use crate::model::event::Quarantined;

/// Plans one event, from the settings and recipients in force.
pub type PlanEvent<'a> =
    dyn Fn(EventId, &NotificationSettings, &[Recipient]) -> Vec<NewDelivery> + Send + Sync + 'a;

/// An event that was recorded for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The event.
    pub event_id: EventId,
    /// How many deliveries were written for it.
    pub deliveries: usize,
}

/// What to claim.
pub struct ClaimRequest<'a> {
    /// Whose budget is drawn on.
    pub sender: &'a str,
    /// Most deliveries.
    pub limit: usize,
    /// Only urgent ones.
    pub urgent_only: bool,
    /// The limits that apply; the daily cap comes from the settings in the database.
    pub segment_time: std::time::Duration,
    /// When the claim's leases end.
    pub lease_until: Timestamp,
    /// Notices that became due before this are not worth sending any more.
    pub expired_before: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Composes the text of a delivery.
    pub prepare: &'a (dyn Fn(&Delivery) -> NewAttempt + Send + Sync),
}

/// A delivery whose attempt is committed: the request may start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedAttempt {
    /// The delivery, as it stood.
    pub delivery: Delivery,
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The text.
    pub body: String,
    /// Until when nobody else takes it; the request must have ended by then.
    pub lease_until: Timestamp,
}

/// What a claim came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// What to send now.
    pub attempts: Vec<ClaimedAttempt>,
    /// When the budget allows more, if it held something back.
    pub wait_until: Option<Timestamp>,
    /// How many were suppressed by the cap or by age.
    pub given_up: usize,
}

/// What is known of a request's end, for the attempt's own row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptEnd {
    /// How it ended, as a stable word; none when only the status is new.
    pub outcome: Option<&'static str>,
    /// The provider's id.
    pub sid: Option<String>,
    /// The provider's status.
    pub status: Option<String>,
    /// The provider's error code.
    pub code: Option<u32>,
}

/// Decides a move: told where the delivery stands and whether the news is of its latest attempt.
pub type Decide = Box<dyn Fn(&Progress, bool) -> Option<Transition> + Send + Sync>;

/// A move of a delivery, decided under its lock.
pub struct Change {
    /// The attempt that the news is about.
    pub attempt_id: AttemptId,
    /// What to write down of it.
    pub end: AttemptEnd,
    /// Decides; told where the delivery stands and whether the attempt is its latest.
    pub decide: Decide,
    /// Now.
    pub now: Timestamp,
}

impl Store {
    /// Records events as handled by `consumer` and writes what `plan` makes of them; those recorded before are left as
    /// they are and do not appear in the answer.
    pub async fn record_events(
        &self,
        consumer: &str,
        events: &[EventId],
        now: Timestamp,
        plan: &PlanEvent<'_>,
    ) -> StoreResult<Vec<RecordedEvent>> {
        change!(self, |conn, queries| queries::events::record(conn, consumer, events, now, plan))
    }

    /// Sets a message aside that cannot be handled; its event counts as recorded.
    pub async fn quarantine(&self, consumer: &str, message: &Quarantined) -> StoreResult<()> {
        change!(self, |conn, queries| queries::events::quarantine(conn, consumer, message))
    }

    /// Commits attempts for what is due and affordable, the most important first.
    pub async fn claim(&self, request: &ClaimRequest<'_>) -> StoreResult<Claim> {
        change!(self, |conn, queries| queries::claim::claim(conn, request))
    }

    /// Moves deliveries; tells for each change where its delivery stands afterwards (`None`: no such attempt).
    pub async fn apply(&self, sender: &str, changes: &[Change]) -> StoreResult<Vec<Option<Progress>>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        change!(self, |conn, queries| queries::transitions::apply(conn, sender, changes))
    }

    /// Attempts whose lease has run out while their request was in flight.
    pub async fn lost_attempts(&self, now: Timestamp, limit: i64) -> StoreResult<Vec<AttemptId>> {
        read!(self, |conn, queries| queries::deliveries::lost_attempts(conn, now, limit))
    }

    /// Ambiguous deliveries that are due to be looked up, with their latest attempts; leased until `lease_until`, so that
    /// no two look up the same.
    pub async fn take_ambiguous(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> StoreResult<Vec<(Delivery, Attempt)>> {
        change!(self, |conn, queries| queries::deliveries::take_ambiguous(conn, now, lease_until, limit))
    }

    /// When there is something to claim next; an instant that has passed when there is something now.
    pub async fn next_due_at(&self, now: Timestamp, urgent_only: bool) -> StoreResult<Option<Timestamp>> {
        read!(self, |conn, queries| queries::deliveries::next_due_at(conn, now, urgent_only))
    }

    /// How the notices stand.
    pub async fn notice_health(&self, now: Timestamp) -> StoreResult<NoticeHealth> {
        read!(self, |conn, queries| queries::deliveries::health(conn, now))
    }

    /// An attempt, with the number it was sent to.
    pub async fn attempt(&self, id: AttemptId) -> StoreResult<Option<(Attempt, Delivery)>> {
        read!(self, |conn, queries| queries::deliveries::attempt(conn, id))
    }

    /// The sender's budget.
    pub async fn budget(&self, sender: &str) -> StoreResult<SenderBudget> {
        change!(self, |conn, queries| queries::budgets::lock(conn, sender))
    }
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change")
            .field("attempt_id", &self.attempt_id)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl ClaimRequest<'_> {
    /// The rules that apply under the given cap.
    pub(crate) const fn rules(&self, daily_cap: u32) -> SpendRules {
        SpendRules { segment_time: self.segment_time, daily_cap }
    }
}
