//! Hearing: events become deliveries, in one transaction with the record that they were heard.

use std::collections::HashMap;

use deskbell_domain::planning::{Disposition, Planned, plan};
use deskbell_domain::recipient::Recipient;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{DeliveryId, EventId, QuarantineId, Timestamp};
use deskbell_store::model::delivery::{DeliveryRecipient, NewDelivery};
use deskbell_store::model::event::Quarantined;

use super::{CONSUMER, Engine, StepError};
use crate::events::{Heard, News, Unreadable, read};
use crate::faults::FaultPoint;

/// A message of the broker.
#[derive(Clone, Copy, Debug)]
pub struct Hearing<'a> {
    /// The event's name, as the broker knows it.
    pub name: &'a str,
    /// The bytes.
    pub body: &'a [u8],
}

impl Engine {
    /// Records a batch of events and writes what follows from them; only after this may they be acknowledged.
    /// Unreadable ones are set aside. Tells how many notices are due now.
    ///
    /// # Errors
    /// When nothing could be written: the batch is to be heard again, whole.
    pub async fn hear(&self, batch: &[Hearing<'_>]) -> Result<usize, StepError> {
        self.faults.pass(FaultPoint::Received)?;
        let mut heard = Vec::with_capacity(batch.len());
        for message in batch {
            match read(message.body) {
                Ok(event) => heard.push(event),
                Err(unreadable) => self.set_aside(message, unreadable).await?,
            }
        }
        let planned = self.record(&heard).await?;
        self.faults.pass(FaultPoint::Planned)?;
        Ok(planned)
    }

    /// Keeps a message that the broker has given up delivering.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn bury(&self, message: &Hearing<'_>, reason: &str) -> Result<(), StepError> {
        let event_id = match read(message.body) {
            Ok(heard) => Some(heard.event_id),
            Err(unreadable) => unreadable.event_id,
        };
        self.set_aside(message, Unreadable { event_id, reason: reason.to_owned() }).await
    }

    async fn set_aside(&self, message: &Hearing<'_>, unreadable: Unreadable) -> Result<(), StepError> {
        tracing::warn!(
            event.name = message.name,
            reason = unreadable.reason,
            "a message was set aside: see the dead letters"
        );
        metrics::counter!("events_quarantined_total").increment(1);
        let quarantined = Quarantined {
            id: QuarantineId::mint(self.clock()),
            received_at: self.clock().now(),
            event_id: unreadable.event_id,
            name: message.name.chars().filter(|letter| *letter != '\0').take(100).collect(),
            reason: unreadable.reason,
            payload: message.body.to_vec(),
            replayed_at: None,
        };
        Ok(self.store.quarantine(CONSUMER, &quarantined).await?)
    }

    async fn record(&self, heard: &[Heard]) -> Result<usize, StepError> {
        if heard.is_empty() {
            return Ok(0);
        }
        let now = self.clock().now();
        let ids: Vec<EventId> = heard.iter().map(|event| event.event_id).collect();
        let news: HashMap<EventId, &News> =
            heard.iter().filter_map(|event| Some((event.event_id, event.news.as_ref()?))).collect();
        let recorded = self
            .store
            .record_events(CONSUMER, &ids, now, &|event_id, settings, recipients| {
                news.get(&event_id)
                    .map_or_else(Vec::new, |news| self.plan(event_id, news, settings, recipients, now))
            })
            .await?;
        let fresh = u64::try_from(recorded.len()).unwrap_or(u64::MAX);
        metrics::counter!("events_recorded_total").increment(fresh);
        Ok(recorded.iter().map(|event| event.deliveries).sum())
    }

    fn plan(
        &self,
        event_id: EventId,
        news: &News,
        settings: &NotificationSettings,
        recipients: &[Recipient],
        now: Timestamp,
    ) -> Vec<NewDelivery> {
        let planned = plan(&news.notice, settings, recipients, now);
        planned.iter().map(|planned| self.delivery(event_id, news, settings, planned, now)).collect()
    }

    fn delivery(
        &self,
        event_id: EventId,
        news: &News,
        settings: &NotificationSettings,
        planned: &Planned<'_>,
        now: Timestamp,
    ) -> NewDelivery {
        let (kind, due_at, suppressed) = match planned.disposition {
            Disposition::Send { kind, not_before } => (kind, not_before, None),
            Disposition::Suppress(reason) => (news.notice.kind, now, Some(reason)),
        };
        let mut facts = news.facts.clone();
        facts.business_name.clone_from(&settings.business_name);
        NewDelivery {
            id: DeliveryId::mint(self.clock()),
            event_id,
            conversation_id: news.conversation_id,
            recipient: planned.recipient.map(|recipient| DeliveryRecipient {
                id: recipient.id,
                name: recipient.name.clone(),
                role: recipient.role,
                phone: recipient.phone.as_e164().to_owned(),
            }),
            channel: self.channel.name(),
            kind,
            facts,
            suppressed,
            due_at,
        }
    }
}
