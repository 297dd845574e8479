//! One conversation's room.

use std::sync::Arc;

use deskbell_domain::conversation::Author;
use deskbell_store::model::conversation::Message;
use deskbell_store::model::live::LiveView;

use super::{News, Standing, Wording};
use crate::mailbox::{Mail, Mailbox};

#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) members: Vec<Arc<Mailbox>>,
    /// The number up to which the members were told; `None` until the database was asked for the first time.
    last_seq: Option<i64>,
    /// The highest number that was heard of.
    expected_seq: i64,
    pub(super) standing: Standing,
    seen_by_visitor: i64,
    seen_by_agent: i64,
    /// Whether it may stand elsewhere now.
    pub(super) is_stale: bool,
    /// Whether it waits to be read.
    pub(super) is_queued: bool,
}

/// What to ask the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ToRead {
    pub(super) view: bool,
    /// After which number there are messages to read.
    pub(super) messages_after: Option<i64>,
}

impl Room {
    pub(super) fn last_seq(&self) -> Option<i64> {
        self.last_seq
    }

    pub(super) fn seen(&self) -> (i64, i64) {
        (self.seen_by_visitor, self.seen_by_agent)
    }

    /// Tells a message if it is the next one; otherwise remembers that there is one.
    pub(super) fn offer(&mut self, message: &Message, wording: &Wording) {
        self.expect(message.seq);
        if self.last_seq.is_some_and(|last| message.seq == last + 1) {
            self.take(message, wording);
        }
    }

    /// Tells a message that the database has after those that are known.
    pub(super) fn take(&mut self, message: &Message, wording: &Wording) {
        if self.last_seq.is_none_or(|last| message.seq <= last) {
            return;
        }
        self.last_seq = Some(message.seq);
        self.tell(message.seq, News::Message(message), wording);
        // Whoever answers has seen what stands before, and a message opens what was closed.
        if message.author == Author::Agent {
            self.see(Author::Agent, message.seq, wording);
        }
        if self.standing.closed {
            self.standing.closed = false;
            self.tell(0, News::Standing(&self.standing), wording);
        }
    }

    pub(super) fn expect(&mut self, seq: i64) {
        self.expected_seq = self.expected_seq.max(seq);
    }

    pub(super) fn expect_nothing(&mut self) {
        self.expected_seq = self.last_seq.unwrap_or_default();
    }

    pub(super) fn would_see(&self, author: Author, seq: i64) -> bool {
        let seen = match author {
            Author::Visitor => self.seen_by_visitor,
            Author::Agent => self.seen_by_agent,
        };
        seq > seen && self.last_seq.is_some_and(|last| seq <= last)
    }

    pub(super) fn see(&mut self, author: Author, seq: i64, wording: &Wording) {
        if !self.would_see(author, seq) {
            return;
        }
        match author {
            Author::Visitor => self.seen_by_visitor = seq,
            Author::Agent => self.seen_by_agent = seq,
        }
        self.tell(0, News::Seen(author, seq), wording);
    }

    /// Takes what the database says: at first as it is, later as news.
    pub(super) fn adopt(&mut self, view: &LiveView, wording: &Wording) {
        let standing = Standing::of(view);
        if self.last_seq.is_none() {
            self.last_seq = Some(view.last_seq);
            (self.seen_by_visitor, self.seen_by_agent) = (view.seen_by_visitor, view.seen_by_agent);
            self.standing = standing;
            return;
        }
        self.expect(view.last_seq);
        self.see(Author::Visitor, view.seen_by_visitor, wording);
        self.see(Author::Agent, view.seen_by_agent, wording);
        if self.standing != standing {
            self.standing = standing;
            self.tell(0, News::Standing(&self.standing), wording);
        }
    }

    pub(super) fn needs_reading(&self) -> bool {
        self.is_stale || self.last_seq.is_some_and(|last| self.expected_seq > last)
    }

    pub(super) fn begin_reading(&mut self) -> ToRead {
        self.is_queued = false;
        let view = std::mem::take(&mut self.is_stale);
        let messages_after = self.last_seq.filter(|last| self.expected_seq > *last);
        ToRead { view, messages_after }
    }

    /// `seq` is the number of the message that the news are, or 0.
    pub(super) fn tell(&self, seq: i64, news: News<'_>, wording: &Wording) {
        let Some(frame) = wording(news) else { return };
        for member in &self.members {
            member.post(Mail { seq, frame: frame.clone() });
        }
    }
}
