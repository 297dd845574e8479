//! A member's seat in a room; given back when dropped.

use std::sync::Arc;

use deskbell_domain::ConversationId;
use deskbell_store::model::live::LiveView;

use super::{Rooms, Standing};
use crate::mailbox::Mailbox;

/// Keeps a mailbox in a room.
pub struct Seat {
    rooms: Arc<Rooms>,
    id: ConversationId,
    mailbox: Arc<Mailbox>,
}

impl Seat {
    pub(super) fn new(rooms: Arc<Rooms>, id: ConversationId, mailbox: Arc<Mailbox>) -> Self {
        Self { rooms, id, mailbox }
    }

    /// Takes what the database said after the seat was taken. Tells how it stands now: whatever is newer than its last
    /// number comes to the mailbox, and what is not is to be read.
    pub fn settle(&self, view: LiveView) -> (LiveView, Standing) {
        self.rooms.adopt(&view);
        let mut settled = view;
        match self.rooms.shard(self.id).get(&self.id) {
            Some(room) => {
                settled.last_seq = settled.last_seq.max(room.last_seq().unwrap_or_default());
                (settled.seen_by_visitor, settled.seen_by_agent) = room.seen();
                (settled, room.standing.clone())
            }
            None => {
                let standing = Standing::of(&settled);
                (settled, standing)
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.rooms.leave(self.id, &self.mailbox);
    }
}
