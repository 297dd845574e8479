//! Reminders of conversations that nobody has answered or claimed.
//!
//! When to look at a conversation again is a column of its row, so nothing is forgotten by a restart, and instances
//! that look at the same time skip each other's rows.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::conversation::ConversationStatus;
use deskbell_domain::notice::NoticeType;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{Clock, Timestamp};
use deskbell_runtime::CancellationToken;
use deskbell_store::model::conversation::{Conversation, Message};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{Store, StoreResult};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::raise;
use crate::settings_watch::SettingsWatch;

/// How often due conversations are looked for.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Most conversations in one transaction.
const BATCH_MAX: u8 = 100;
/// Most reminders of one conversation.
const REPEATS_MAX: u32 = 8;

/// When a conversation that begins now is to be looked at; never, while nobody wants to be reminded.
pub(crate) fn first_look(settings: &NotificationSettings, now: Timestamp) -> Option<Timestamp> {
    is_wanted(settings).then(|| now.plus(settings.unassigned_gap(0)))
}

fn is_wanted(settings: &NotificationSettings) -> bool {
    settings.types.contains(&NoticeType::UnassignedChat)
}

/// Looks for due conversations.
pub(crate) struct Reminders {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: SettingsWatch,
    pub(crate) events: mpsc::Sender<OutboxEvent>,
    /// How long the relay has events to itself before a sweeper may take them.
    pub(crate) publish_lease: Duration,
}

impl Reminders {
    /// Runs until it is told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut interval = tokio::time::interval(LOOK_INTERVAL);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            match self.remind().await {
                Ok(()) => failing = false,
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(error = %error, "unanswered chats cannot be looked for, trying again");
                }
                Err(_logged_before) => {}
            }
        }
    }

    /// One batch after the other, until one is not full.
    async fn remind(&self) -> StoreResult<()> {
        loop {
            let settings = self.settings.current();
            let now = self.clock.now();
            let plan = |chat: &Conversation, last: &Message, repeat: i32| {
                self.plan(&settings, chat, last, repeat, now)
            };
            let lease_until = now.plus(self.publish_lease);
            let raised = self.store.raise_unassigned(now, lease_until, BATCH_MAX.into(), &plan).await?;
            let is_full = raised.len() == usize::from(BATCH_MAX);
            for event in raised {
                if self.events.try_send(event).is_err() {
                    metrics::counter!("outbox_left_to_sweeper_total").increment(1);
                }
            }
            if !is_full {
                return Ok(());
            }
        }
    }

    fn plan(
        &self,
        settings: &NotificationSettings,
        chat: &Conversation,
        last: &Message,
        repeat: i32,
        now: Timestamp,
    ) -> (Option<OutboxEvent>, Option<Timestamp>) {
        let told = u32::try_from(repeat).unwrap_or(0);
        let Look { remind, again_at } = look(settings, chat, told, now);
        (remind.then(|| raise::reminder(&*self.clock, chat, last, told + 1, now)), again_at)
    }
}

/// What follows from looking at a conversation.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    remind: bool,
    again_at: Option<Timestamp>,
}

fn look(settings: &NotificationSettings, chat: &Conversation, told: u32, now: Timestamp) -> Look {
    if chat.status != ConversationStatus::Waiting || told >= REPEATS_MAX {
        return Look { remind: false, again_at: None };
    }
    if !is_wanted(settings) {
        return Look { remind: false, again_at: Some(now.plus(settings.unassigned_gap(told))) };
    }
    let is_last = told + 1 == REPEATS_MAX;
    Look { remind: true, again_at: (!is_last).then(|| now.plus(settings.unassigned_gap(told + 1))) }
}

#[cfg(test)]
mod tests;
