//! The conversations that are followed here, and what there is to tell those who follow them.
//!
//! A room knows the number up to which its members have been told. A newer message is told when it is the very next one;
//! for any other the database is asked. So members get every message once and in order, whatever hints come, repeat or
//! stay away.

mod follower;
mod room;
mod seat;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};

use deskbell_domain::ConversationId;
use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_store::model::conversation::Message;
use deskbell_store::model::live::LiveView;
use tokio::sync::{Notify, mpsc};

use crate::frame::{CloseCode, Frame};
use crate::hint::{ConversationHint, Happened};
use crate::mailbox::Mailbox;
use room::Room;

pub use follower::{Follower, RoomsOptions};
pub use seat::Seat;

const SHARDS: usize = 32;
/// Most rooms that wait for the database to be asked. What does not fit is found by the next look at all rooms.
const TO_READ_MAX: usize = 4_096;

/// Where a conversation stands, as its followers are shown it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// It was ended; a further message opens it again.
    pub closed: bool,
    /// Who has it.
    pub agent: Option<Box<str>>,
}

/// What there is to tell.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A message.
    Message(&'a Message),
    /// Somebody is writing.
    Typing(Author),
    /// One side has seen the messages up to a number.
    Seen(Author, i64),
    /// The conversation stands elsewhere now.
    Standing(&'a Standing),
}

/// Puts news into a frame; `None` keeps them from the members.
pub type Wording = dyn Fn(News<'_>) -> Option<Frame> + Send + Sync;

/// All rooms of a process.
pub struct Rooms {
    shards: [Mutex<HashMap<ConversationId, Room>>; SHARDS],
    hasher: RandomState,
    wording: Box<Wording>,
    to_read: mpsc::Sender<ConversationId>,
    look_now: Notify,
    epoch: Mutex<Arc<str>>,
}

impl Rooms {
    fn new(wording: Box<Wording>, to_read: mpsc::Sender<ConversationId>, epoch: &str) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
            wording,
            to_read,
            look_now: Notify::new(),
            epoch: Mutex::new(epoch.into()),
        }
    }

    /// The epoch of the database's numbers.
    pub fn epoch(&self) -> Arc<str> {
        Arc::clone(&self.epoch.lock().expect("nothing panics while it holds the epoch"))
    }

    /// Sits down in a conversation's room: from now on its news come to the mailbox.
    pub fn enter(self: &Arc<Self>, id: ConversationId, mailbox: &Arc<Mailbox>) -> Seat {
        self.shard(id).entry(id).or_default().members.push(Arc::clone(mailbox));
        Seat::new(Arc::clone(self), id, Arc::clone(mailbox))
    }

    /// Tells a message that was just committed by this process.
    pub fn publish(&self, message: &Message) {
        let id = message.conversation_id;
        self.in_room(id, |room| room.offer(message, &self.wording));
    }

    /// Takes a hint of another process.
    pub fn heed(&self, hint: ConversationHint) {
        self.in_room(hint.conversation_id, |room| match hint.what {
            Happened::Message { seq } => room.expect(seq),
            Happened::Changed => room.is_stale = true,
            Happened::Typing { author } => room.tell(0, News::Typing(author), &self.wording),
            Happened::Seen { author, seq } => room.see(author, seq, &self.wording),
        });
    }

    /// Notes what one side has seen; false when it was known, or is not there yet.
    pub fn sees(&self, id: ConversationId, author: Author, seq: i64) -> bool {
        self.shard(id).get(&id).is_some_and(|room| room.would_see(author, seq))
    }

    /// Tells everybody again where their conversation stands, since something that all share has changed.
    pub fn tell_standings(&self) {
        for shard in &self.shards {
            for room in lock(shard).values() {
                room.tell(0, News::Standing(&room.standing), &self.wording);
            }
        }
    }

    /// Has everybody read again what they follow, at once.
    pub(crate) fn look_now(&self) {
        self.look_now.notify_one();
    }

    /// Takes what the database says of a conversation.
    fn adopt(&self, view: &LiveView) {
        self.in_room(view.id, |room| room.adopt(view, &self.wording));
    }

    /// Takes further messages of a conversation, in order.
    fn append(&self, id: ConversationId, messages: &[Message]) {
        self.in_room(id, |room| {
            for message in messages {
                room.take(message, &self.wording);
            }
        });
    }

    /// The database has no more than the room knows, whatever was expected.
    fn is_complete(&self, id: ConversationId) {
        self.in_room(id, Room::expect_nothing);
    }

    /// What to ask the database for a room that was to be read: nothing when it has gone.
    fn begin_reading(&self, id: ConversationId) -> Option<room::ToRead> {
        self.shard(id).get_mut(&id).map(Room::begin_reading)
    }

    /// There is no such conversation any more.
    fn end(&self, id: ConversationId) {
        if let Some(room) = self.shard(id).get(&id) {
            for member in &room.members {
                member.close(CloseCode::UNAUTHORIZED);
            }
        }
    }

    fn leave(&self, id: ConversationId, mailbox: &Arc<Mailbox>) {
        let mut shard = self.shard(id);
        let Some(room) = shard.get_mut(&id) else { return };
        if let Some(place) = room.members.iter().position(|member| Arc::ptr_eq(member, mailbox)) {
            room.members.swap_remove(place);
        }
        if room.members.is_empty() {
            shard.remove(&id);
        }
    }

    /// The conversations that are followed.
    fn followed(&self) -> Vec<ConversationId> {
        self.shards.iter().flat_map(|shard| lock(shard).keys().copied().collect::<Vec<_>>()).collect()
    }

    fn set_epoch(&self, epoch: &str) {
        *self.epoch.lock().expect("nothing panics while it holds the epoch") = epoch.into();
    }

    /// Does something to a room, if there is one, and has it read if that is needed then.
    fn in_room(&self, id: ConversationId, work: impl FnOnce(&mut Room)) {
        let mut shard = self.shard(id);
        let Some(room) = shard.get_mut(&id) else { return };
        work(room);
        if room.needs_reading() && !room.is_queued {
            room.is_queued = self.to_read.try_send(id).is_ok();
        }
    }

    fn shard(&self, id: ConversationId) -> MutexGuard<'_, HashMap<ConversationId, Room>> {
        let shard = self.hasher.hash_one(id) % SHARDS as u64;
        lock(&self.shards[usize::try_from(shard).expect("it is less than the number of shards")])
    }
}

fn lock(shard: &Mutex<HashMap<ConversationId, Room>>) -> MutexGuard<'_, HashMap<ConversationId, Room>> {
    shard.lock().expect("nothing panics while it holds rooms")
}

impl Standing {
    fn of(view: &LiveView) -> Self {
        Self {
            closed: view.status == ConversationStatus::Closed,
            agent: view.agent.as_deref().map(Box::from),
        }
    }
}
