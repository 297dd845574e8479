//! A bounded queue whose places stay taken until what was in them is settled.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Message;

/// The right to be in the queue, or outside of it but unsettled.
pub(super) type Slot = OwnedSemaphorePermit;

#[derive(Debug)]
pub(super) struct Queue {
    messages: Mutex<VecDeque<(Message, Slot)>>,
    waiting: Semaphore,
    free: Arc<Semaphore>,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            messages: Mutex::default(),
            waiting: Semaphore::new(0),
            free: Arc::new(Semaphore::new(capacity)),
        })
    }

    pub(super) fn try_reserve(&self) -> Option<Slot> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    pub(super) async fn reserve(&self) -> Slot {
        Arc::clone(&self.free).acquire_owned().await.expect("the semaphore is never closed")
    }

    pub(super) fn push_back(&self, message: Message, slot: Slot) {
        self.lock().push_back((message, slot));
        self.waiting.add_permits(1);
    }

    pub(super) fn push_front(&self, message: Message, slot: Slot) {
        self.lock().push_front((message, slot));
        self.waiting.add_permits(1);
    }

    /// Takes the first message, waiting for one if need be. May be dropped while waiting.
    pub(super) async fn pop(&self) -> (Message, Slot) {
        self.waiting.acquire().await.expect("the semaphore is never closed").forget();
        self.lock().pop_front().expect("there is a permit for every message")
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Message, Slot)>> {
        self.messages.lock().expect("no code panics while it holds this lock")
    }
}
