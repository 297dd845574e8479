//! Whatever happens in whatever order, members are told every message once and in order.

use std::sync::Arc;
use std::task::{Context, Waker};

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ClientMessageId, ConversationId, MessageId, Timestamp};
use deskbell_store::model::conversation::Message;
use deskbell_store::model::live::LiveView;
use proptest::prelude::*;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{News, Rooms, Seat};
use crate::frame::Frame;
use crate::hint::{ConversationHint, Happened};
use crate::mailbox::Mailbox;

const CHAT: ConversationId = ConversationId::from_uuid(Uuid::nil());

/// A conversation in a database, and those who follow it.
struct World {
    rooms: Arc<Rooms>,
    to_read: mpsc::Receiver<ConversationId>,
    /// How many messages are committed.
    committed: i64,
    members: Vec<Member>,
}

struct Member {
    mailbox: Arc<Mailbox>,
    seat: Seat,
    /// What it knows; nothing until it has read the database for the first time.
    known: Option<i64>,
}

#[derive(Clone, Debug)]
enum Step {
    /// A message is committed; whether this process, another with a hint, or one whose hint is lost, did it.
    Commit(By),
    /// A hint comes late, again, or of nothing.
    Hint(i64),
    /// The follower reads what is queued.
    Read,
    /// It looks at all rooms.
    Look,
    /// Somebody sits down, and reads later.
    Enter,
    /// Somebody who has sat down reads.
    Settle(usize),
    /// Somebody leaves.
    Leave(usize),
}

#[derive(Clone, Copy, Debug)]
enum By {
    Us,
    Them,
    Nobody,
}

fn message(seq: i64) -> Message {
    Message {
        conversation_id: CHAT,
        seq,
        id: MessageId::from_uuid(Uuid::nil()),
        author: if seq % 3 == 0 { Author::Agent } else { Author::Visitor },
        author_id: None,
        client_message_id: ClientMessageId::from_uuid(Uuid::nil()),
        body: String::new(),
        created_at: Timestamp::default(),
    }
}

fn wording(news: News<'_>) -> Option<Frame> {
    match news {
        News::Message(message) => Some(Frame::json(&message.seq)),
        _ => Some(Frame::json(&"other news")),
    }
}

impl World {
    fn new() -> Self {
        let (sender, to_read) = mpsc::channel(8);
        let rooms = Arc::new(Rooms::new(Box::new(wording), sender, "epoch"));
        Self { rooms, to_read, committed: 1, members: Vec::new() }
    }

    fn view(&self) -> LiveView {
        LiveView {
            id: CHAT,
            last_seq: self.committed,
            status: ConversationStatus::Waiting,
            agent: None,
            seen_by_visitor: 0,
            seen_by_agent: 0,
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Commit(by) => {
                self.committed += 1;
                match by {
                    By::Us => self.rooms.publish(&message(self.committed)),
                    By::Them => self.hint(self.committed),
                    By::Nobody => {}
                }
            }
            Step::Hint(seq) => self.hint(seq),
            Step::Read => self.read(),
            Step::Look => self.rooms.adopt(&self.view()),
            Step::Enter => {
                let mailbox = Arc::new(Mailbox::default());
                let seat = self.rooms.enter(CHAT, &mailbox);
                self.members.push(Member { mailbox, seat, known: None });
            }
            Step::Settle(which) => self.settle(which),
            Step::Leave(which) if !self.members.is_empty() => {
                self.members.swap_remove(which % self.members.len());
            }
            Step::Leave(_) => {}
        }
        self.members.iter_mut().for_each(Member::receive);
    }

    fn hint(&self, seq: i64) {
        self.rooms.heed(ConversationHint { conversation_id: CHAT, what: Happened::Message { seq } });
    }

    fn read(&mut self) {
        while let Ok(id) = self.to_read.try_recv() {
            let Some(after) = self.rooms.begin_reading(id).and_then(|needs| needs.messages_after) else {
                continue;
            };
            // Pages of two.
            let page: Vec<Message> = (after + 1..=self.committed).take(2).map(message).collect();
            if page.is_empty() {
                self.rooms.is_complete(id);
            } else {
                self.rooms.append(id, &page);
            }
        }
    }

    fn settle(&mut self, which: usize) {
        let view = self.view();
        let waiting = self.members.iter_mut().filter(|member| member.known.is_none()).nth(which);
        if let Some(member) = waiting {
            let (settled, _) = member.seat.settle(view);
            assert!(settled.last_seq <= self.committed, "nobody is told of what is not there");
            // It reads all of it from the database.
            member.known = Some(settled.last_seq);
        }
    }
}

impl Member {
    fn receive(&mut self) {
        let Some(known) = &mut self.known else { return };
        let found = self.mailbox.look(&Context::from_waker(Waker::noop()), true);
        assert_eq!(found.close, None);
        for mail in found.mail {
            if mail.seq > *known {
                assert_eq!(mail.seq, *known + 1, "the next one");
                *known = mail.seq;
            }
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by = prop_oneof![Just(By::Us), Just(By::Them), Just(By::Nobody)];
    let step = prop_oneof![
        4 => by.prop_map(Step::Commit),
        1 => (0_i64..40).prop_map(Step::Hint),
        3 => Just(Step::Read),
        1 => Just(Step::Look),
        1 => Just(Step::Enter),
        2 => (0_usize..3).prop_map(Step::Settle),
        1 => (0_usize..3).prop_map(Step::Leave),
    ];
    prop::collection::vec(step, 1..120)
}

proptest! {
    #[test]
    fn every_member_is_told_every_message_once_and_in_order(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        // In the end a look finds what no hint told of.
        while world.members.iter().any(|member| member.known.is_none()) {
            world.step(&Step::Settle(0));
        }
        world.step(&Step::Look);
        for _ in 0..200 {
            world.step(&Step::Read);
        }
        for member in &world.members {
            prop_assert_eq!(member.known, Some(world.committed));
        }
        world.members.clear();
        prop_assert!(world.rooms.followed().is_empty(), "an empty room is no room");
    }
}
