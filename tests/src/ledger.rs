//! What visitors have written and what they were told about it: the other side of the checker's books.

use std::sync::{Mutex, MutexGuard};

use uuid::Uuid;

/// A message that a visitor has sent.
#[derive(Debug, Clone)]
pub struct SentMessage {
    /// The visitor's id for it.
    pub client_message_id: Uuid,
    /// The text.
    pub body: String,
    /// Where it was stored, if an answer said so: conversation and number.
    pub acknowledged: Option<(Uuid, i64)>,
}

/// All that visitors have sent to one deployment.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<SentMessage>>);

impl Ledger {
    /// Writes down that a message is about to be sent.
    pub(crate) fn sending(&self, client_message_id: Uuid, body: &str) {
        let entry = SentMessage { client_message_id, body: body.to_owned(), acknowledged: None };
        self.entries().push(entry);
    }

    /// Writes down that it was acknowledged.
    pub(crate) fn acknowledged(&self, client_message_id: Uuid, conversation_id: Uuid, seq: i64) {
        let mut entries = self.entries();
        let entry = entries.iter_mut().rev().find(|entry| entry.client_message_id == client_message_id);
        entry.expect("a message is sent before it is acknowledged").acknowledged =
            Some((conversation_id, seq));
    }

    /// How many messages were acknowledged.
    pub fn acknowledgements(&self) -> usize {
        self.entries().iter().filter(|entry| entry.acknowledged.is_some()).count()
    }

    /// Everything that was sent.
    pub fn sent(&self) -> Vec<SentMessage> {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<SentMessage>> {
        self.0.lock().expect("nobody panics while writing")
    }
}
