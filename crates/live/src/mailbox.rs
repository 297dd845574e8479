//! What waits to be sent to one connection, bounded: who does not read loses the connection and resumes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Waker};

use crate::frame::{CloseCode, Frame};

/// Most frames that may wait.
pub const MAIL_MAX: usize = 256;

/// A frame with its place in the order.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The number of the message that it brings; 0 when it brings none.
    pub seq: i64,
    /// What is sent.
    pub frame: Frame,
}

/// Where the rest of the process reaches a connection.
#[derive(Debug, Default)]
pub struct Mailbox {
    state: Mutex<State>,
    /// The second of the roll in which something came in last.
    heard_at: AtomicU32,
    greeted: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    mail: VecDeque<Mail>,
    waker: Option<Waker>,
    ping: bool,
    close: Option<CloseCode>,
}

/// What a connection finds when it looks.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) close: Option<CloseCode>,
    pub(crate) ping: bool,
    pub(crate) mail: VecDeque<Mail>,
}

impl Mailbox {
    /// Leaves a frame. One too many closes the connection instead.
    pub fn post(&self, mail: Mail) {
        let mut state = self.lock();
        if state.close.is_some() {
            return;
        }
        if state.mail.len() == MAIL_MAX {
            state.mail = VecDeque::new();
            state.close = Some(CloseCode::TOO_SLOW);
        } else {
            state.mail.push_back(mail);
        }
        wake(state);
    }

    /// Has the connection closed; the first reason counts.
    pub fn close(&self, code: CloseCode) {
        let mut state = self.lock();
        if state.close.is_none() {
            state.mail = VecDeque::new();
            state.close = Some(code);
            wake(state);
        }
    }

    pub(crate) fn ping(&self) {
        let mut state = self.lock();
        state.ping = true;
        wake(state);
    }

    /// Looks, and asks to be woken when there is more. Mail stays where it is unless it is wanted.
    pub(crate) fn look(&self, context: &Context<'_>, wants_mail: bool) -> Found {
        let mut state = self.lock();
        if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        let mail = if wants_mail { std::mem::take(&mut state.mail) } else { VecDeque::new() };
        Found { close: state.close, ping: std::mem::take(&mut state.ping), mail }
    }

    pub(crate) fn hear(&self, second: u32) {
        self.heard_at.store(second, Ordering::Relaxed);
    }

    pub(crate) fn silent_for(&self, second: u32) -> u32 {
        second.saturating_sub(self.heard_at.load(Ordering::Relaxed))
    }

    pub(crate) fn greet(&self) {
        self.greeted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_greeted(&self) -> bool {
        self.greeted.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the mailbox")
    }
}

/// Wakes the connection, once the lock is given back.
fn wake(state: MutexGuard<'_, State>) {
    let waker = state.waker.clone();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
