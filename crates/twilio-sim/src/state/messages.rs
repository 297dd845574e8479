//! The messages, by id and by recipient, oldest forgotten first.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use deskbell_domain::Timestamp;
use deskbell_twilio::MessageStatus;
use tokio::time::Instant;

use super::records::AcceptedMessage;
use crate::journey::{Journey, Step};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Created through the API.
    Outbound,
    /// Sent in reply to an inbound message's webhook.
    Reply,
    /// Received.
    Inbound,
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Outbound => "outbound-api",
            Self::Reply => "outbound-reply",
            Self::Inbound => "inbound",
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) sid: String,
    pub(crate) account_sid: String,
    pub(crate) direction: Direction,
    pub(crate) to: String,
    pub(crate) from: Option<String>,
    pub(crate) service_sid: Option<String>,
    pub(crate) body: String,
    pub(crate) segments: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) born: Instant,
    pub(crate) visible_after: Duration,
    pub(crate) journey: Journey,
    pub(crate) status_callback: Option<String>,
    pub(crate) deleted: bool,
}

impl Message {
    pub(crate) fn age(&self) -> Duration {
        self.born.elapsed()
    }

    pub(crate) fn step(&self) -> &Step {
        self.journey.at(self.age())
    }

    /// When it left, if it has.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        let after = self.journey.sent_after().filter(|after| *after <= self.age())?;
        Some(self.created_at.plus(after))
    }

    /// When its status last changed.
    pub(crate) fn updated_at(&self) -> Timestamp {
        self.created_at.plus(self.step().after)
    }

    /// The phone that shows it.
    pub(crate) fn phone(&self) -> &str {
        match self.direction {
            Direction::Inbound => self.from.as_deref().unwrap_or_default(),
            Direction::Outbound | Direction::Reply => &self.to,
        }
    }

    /// Whether lists show it.
    pub(crate) fn is_listed(&self) -> bool {
        !self.deleted && self.age() >= self.visible_after
    }

    /// Calls it off; `false` when it is too late.
    pub(crate) fn cancel(&mut self) -> bool {
        let cancellable = self.journey.cancellable(self.age());
        if cancellable {
            self.journey = Journey::ended(MessageStatus::Canceled);
        }
        cancellable
    }

    pub(crate) fn record(&self) -> AcceptedMessage {
        let step = self.step();
        AcceptedMessage {
            number: self.number,
            sid: self.sid.clone(),
            direction: self.direction.as_str(),
            to: self.to.clone(),
            from: self.from.clone(),
            messaging_service_sid: self.service_sid.clone(),
            body: self.body.clone(),
            segments: self.segments,
            status: step.status.to_string(),
            error_code: step.error_code,
            created_at: self.created_at,
            status_callback: self.status_callback.clone(),
            deleted: self.deleted,
        }
    }
}

/// All messages that are remembered.
#[derive(Debug)]
pub(crate) struct Messages {
    entries: VecDeque<Message>,
    max: usize,
    total: u64,
    by_sid: HashMap<String, u64>,
    by_recipient: HashMap<String, VecDeque<u64>>,
}

impl Messages {
    pub(crate) fn new(max: usize) -> Self {
        let (by_sid, by_recipient) = Default::default();
        Self { entries: VecDeque::new(), max: max.max(1), total: 0, by_sid, by_recipient }
    }

    /// Adds a message, whose number is set here.
    pub(crate) fn push(&mut self, mut message: Message) {
        if self.entries.len() == self.max {
            self.forget_oldest();
        }
        self.total += 1;
        message.number = self.total;
        self.by_sid.insert(message.sid.clone(), self.total);
        match self.by_recipient.get_mut(&message.to) {
            Some(numbers) => numbers.push_back(self.total),
            None => drop(self.by_recipient.insert(message.to.clone(), VecDeque::from([self.total]))),
        }
        self.entries.push_back(message);
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        self.by_sid.remove(&oldest.sid);
        if let Some(numbers) = self.by_recipient.get_mut(&oldest.to) {
            numbers.pop_front();
            if numbers.is_empty() {
                self.by_recipient.remove(&oldest.to);
            }
        }
    }

    fn index(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.forgotten() + 1)?).ok()
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.total - self.entries.len() as u64
    }

    /// The message of this id, unless it has been deleted or forgotten.
    pub(crate) fn get(&self, sid: &str) -> Option<&Message> {
        let message = self.entries.get(self.index(*self.by_sid.get(sid)?)?)?;
        (!message.deleted).then_some(message)
    }

    /// As [`Self::get`], to be changed.
    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut Message> {
        let index = self.index(*self.by_sid.get(sid)?)?;
        self.entries.get_mut(index).filter(|message| !message.deleted)
    }

    /// All messages, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.entries.iter()
    }

    /// The messages to this number, oldest first.
    pub(crate) fn to(&self, number: &str) -> impl DoubleEndedIterator<Item = &Message> {
        let numbers = self.by_recipient.get(number).into_iter().flatten();
        numbers.filter_map(|number| self.entries.get(self.index(*number)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(sid: &str, to: &str) -> Message {
        Message {
            number: 0,
            sid: sid.to_owned(),
            account_sid: String::new(),
            direction: Direction::Outbound,
            to: to.to_owned(),
            from: None,
            service_sid: None,
            body: String::new(),
            segments: 1,
            created_at: Timestamp::from_micros(0),
            born: Instant::now(),
            visible_after: Duration::ZERO,
            journey: Journey::ended(MessageStatus::Sent),
            status_callback: None,
            deleted: false,
        }
    }

    #[test]
    fn what_is_forgotten_is_gone_from_every_index() {
        let mut messages = Messages::new(2);
        for (sid, to) in [("SM1", "+1"), ("SM2", "+2"), ("SM3", "+2")] {
            messages.push(message(sid, to));
        }
        assert_eq!((messages.total(), messages.forgotten()), (3, 1));
        assert!(messages.get("SM1").is_none());
        assert_eq!((messages.by_sid.len(), messages.by_recipient.len()), (2, 1));
        assert_eq!(messages.to("+2").map(|message| message.number).collect::<Vec<_>>(), [2, 3]);
        messages.get_mut("SM3").unwrap().deleted = true;
        assert!(messages.get("SM3").is_none() && messages.get("SM2").is_some());
    }
}
