//! What each may do when it is its turn.

use std::sync::Arc;

use deskbell_bus::Event;
use deskbell_domain::notice::NoticeType;
use deskbell_domain::token::VisitorToken;
use deskbell_domain::{ClientMessageId, Clock as _, ConversationId, EventId, MessageId};
use deskbell_events::v1::{Envelope, NewChat};
use deskbell_relay::forward;
use deskbell_sms_notifier::consumer::{consume, gather};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{Raise, StartConversation, Visitor};
use futures_util::FutureExt as _;

use super::{Chat, World};

impl World {
    pub(super) async fn start_chat(&mut self) {
        let clock = &*self.clock;
        let (conversation_id, event_id) = (ConversationId::mint(clock), EventId::mint(clock));
        let message_id = MessageId::mint(clock);
        let bytes = self.new_chat(event_id, conversation_id, message_id);
        let raise =
            Raise { event_id, name: NoticeType::NewChat.as_str(), encode: Arc::new(move |_| bytes.clone()) };
        let command = StartConversation {
            conversation_id,
            message_id,
            client_message_id: ClientMessageId::mint(clock),
            token_hash: VisitorToken::generate(&mut *self.rng.lock().unwrap()).hash(),
            body: "Water is leaking".to_owned(),
            visitor: Visitor::default(),
            now: clock.now(),
            unassigned_due_at: None,
            urgent: false,
            raise: raise.clone(),
        };
        self.store.start_conversation(command).await.unwrap();
        self.started.push(Chat { event_id, conversation_id, stranger: false });
        // Some processes die before they hand their event over.
        if self.draw(4) > 0 {
            let payload = (raise.encode)(1);
            self.handed_over.push(OutboxEvent { id: event_id, name: raise.name.to_owned(), payload });
        }
    }

    fn new_chat(&self, event_id: EventId, conversation_id: ConversationId, message_id: MessageId) -> Vec<u8> {
        let event = NewChat {
            conversation_id: conversation_id.to_string(),
            message_id: message_id.to_string(),
            seq: 1,
            customer_name: "Maria".to_owned(),
            preview: "Water is leaking".to_owned(),
            ..NewChat::default()
        };
        Envelope::new(event_id.as_uuid(), self.clock.now().as_micros(), event).encode_to_bytes().to_vec()
    }

    /// Another program publishes an event of its own; from its confirm on it is ours.
    pub(super) async fn hear_from_a_stranger(&mut self) {
        let clock = &*self.clock;
        let (conversation_id, event_id) = (ConversationId::mint(clock), EventId::mint(clock));
        let body = self.new_chat(event_id, conversation_id, MessageId::mint(clock)).into();
        let name = NoticeType::NewChat.as_str().to_owned();
        self.broker.bus.publish(&Event { id: event_id.as_uuid(), name, body }).await.unwrap();
        self.started.push(Chat { event_id, conversation_id, stranger: true });
        self.totals.strangers += 1;
    }

    /// Everything queued is gone. What only the broker had cannot come back.
    pub(super) async fn lose_disk(&mut self) {
        self.broker.lose_disk();
        self.totals.lost_disks += 1;
        for chat in std::mem::take(&mut self.started) {
            if !chat.stranger || self.is_planned(&chat).await {
                self.started.push(chat);
            }
        }
    }

    pub(super) async fn relay(&mut self) {
        let batch = std::mem::take(&mut self.handed_over);
        if !batch.is_empty() {
            forward(&self.store, &*self.clock, batch, self.broker.publisher()).await;
        }
    }

    pub(super) async fn sweep(&mut self) {
        self.sweeper.sweep(&self.store, &*self.clock, self.broker.publisher()).await.unwrap();
    }

    pub(super) async fn consume(&mut self) {
        while let Some(Some(first)) = self.broker.events.next().now_or_never() {
            let batch = gather(first, &mut self.broker.events);
            if let Err((_crash, batch)) = consume(&self.engine, batch).await {
                drop(batch);
                self.die();
                return;
            }
        }
    }

    pub(super) async fn claim(&mut self) {
        let urgent_only = self.draw(5) == 0;
        let limit = 1 + usize::try_from(self.draw(6)).unwrap();
        let claim = self.engine.claim(limit, urgent_only).await.unwrap();
        self.totals.capped += claim.given_up;
        self.claimed.extend(claim.attempts);
    }

    pub(super) async fn send(&mut self) {
        if self.claimed.is_empty() {
            return;
        }
        let claimed =
            self.claimed.swap_remove(usize::try_from(self.draw(1_000)).unwrap() % self.claimed.len());
        match self.engine.send(&claimed).await {
            Ok(ended) => self.ended.push(ended),
            Err(_crash) => self.die(),
        }
    }

    pub(super) async fn settle(&mut self) {
        let batch = std::mem::take(&mut self.ended);
        self.engine.settle(&batch).await.unwrap();
    }

    /// One of the receipts on their way arrives, perhaps before the answer to its request.
    pub(super) async fn receipt(&mut self) -> Result<(), String> {
        let receipt = {
            let mut records = self.provider.records.lock().unwrap();
            if records.receipts.is_empty() {
                return Ok(());
            }
            records.receipts.swap_remove(0)
        };
        if self.ended.iter().any(|ended| ended.attempt_id == receipt.attempt_id) {
            self.provider.records.lock().unwrap().early += 1;
        }
        let known = self.engine.report(receipt.clone()).await.map_err(|error| error.to_string())?;
        if known {
            Ok(())
        } else {
            Err(format!("a message went out before its attempt was committed: {receipt:?}"))
        }
    }

    pub(super) async fn keep(&mut self) {
        self.engine.expire().await.unwrap();
        self.engine.reconcile().await.unwrap();
    }

    /// The notifier's process ends: what it held in memory is gone, and its leases run out.
    pub(super) fn die(&mut self) {
        self.claimed.clear();
        self.ended.clear();
        self.handed_over.clear();
    }
}
