//! One WebSocket connection: what comes in becomes events, what is to be sent goes out as fast as the client reads.
//!
//! An idle connection holds no buffer: bytes are read into the stack and kept only while a frame is incomplete, and the
//! queues give their memory back when they are empty. There is no timer per connection; [`crate::Roll`] has one for all.

mod incoming;
mod outgoing;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::frame::{CloseCode, Frame};
use crate::mailbox::Mail;
use crate::roll::Place;
use incoming::{Came, Incoming};
use outgoing::Outgoing;

/// While more than this waits to be sent, nothing is read from the client.
const UNSENT_MAX_BYTES: usize = 16 * 1024;
/// How long a client may take to receive the close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long its last frames are read and thrown away, so that it is not cut off before it has read the close.
const LINGER: Duration = Duration::from_secs(2);

/// What happened on a connection.
#[derive(Debug)]
pub enum Event {
    /// The client said something.
    Text(String),
    /// The process has something for it.
    Mail(VecDeque<Mail>),
    /// It is over.
    End(End),
}

/// How it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client has gone without a word.
    Gone,
    /// The connection is to be closed with this code.
    Close(CloseCode),
}

/// A connection after its handshake.
#[derive(Debug)]
pub struct Connection<I> {
    io: I,
    incoming: Incoming,
    outgoing: Outgoing,
    place: Place,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Connection<I> {
    /// A connection over which the client has sent `received` already.
    pub fn new(io: I, received: &Bytes, place: Place) -> Self {
        Self { io, incoming: Incoming::new(received), outgoing: Outgoing::default(), place }
    }

    /// Its place in the list of all connections.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Puts a frame behind what waits to be sent; [`next`](Self::next) and [`flush`](Self::flush) send it.
    pub fn send(&mut self, frame: Frame) {
        self.outgoing.push(frame);
    }

    /// Waits for what happens next, and sends what waits meanwhile.
    pub async fn next(&mut self) -> Event {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Waits until everything is sent, or the connection is over.
    ///
    /// # Errors
    /// How it is over.
    pub async fn flush(&mut self) -> Result<(), End> {
        poll_fn(|context| self.poll_flush(context)).await
    }

    /// Sends what waits and then a close, and hangs up once the client has taken it, within bounds.
    pub async fn close(mut self, code: CloseCode) {
        self.outgoing.push(Frame::close(code));
        hang_up(self.io, self.outgoing, code).await;
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        loop {
            if let Poll::Ready(Err(_gone)) = self.outgoing.poll_send(&mut self.io, context) {
                return Poll::Ready(Event::End(End::Gone));
            }
            // Mail is taken only when all before is sent, so a slow reader's waits where it is counted.
            let found = self.place.mailbox().look(context, self.outgoing.is_empty());
            if let Some(code) = found.close {
                return Poll::Ready(Event::End(End::Close(code)));
            }
            if found.ping {
                self.outgoing.push(Frame::ping());
            }
            if !found.mail.is_empty() {
                return Poll::Ready(Event::Mail(found.mail));
            }
            if found.ping {
                continue;
            }
            if self.outgoing.bytes() > UNSENT_MAX_BYTES {
                return Poll::Pending;
            }
            match self.incoming.poll_next(&mut self.io, &self.place, context) {
                Poll::Ready(Came::Text(text)) => return Poll::Ready(Event::Text(text)),
                Poll::Ready(Came::Ping(payload)) => self.outgoing.push(Frame::pong(payload)),
                Poll::Ready(Came::End(end)) => return Poll::Ready(Event::End(end)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), End>> {
        let found = self.place.mailbox().look(context, false);
        if let Some(code) = found.close {
            return Poll::Ready(Err(End::Close(code)));
        }
        if found.ping {
            self.outgoing.push(Frame::ping());
        }
        self.outgoing.poll_send(&mut self.io, context).map_err(|_gone| End::Gone)
    }
}

/// Closes a connection that is not let in.
pub async fn turn_away(io: impl AsyncRead + AsyncWrite + Unpin, code: CloseCode) {
    let mut outgoing = Outgoing::default();
    outgoing.push(Frame::close(code));
    hang_up(io, outgoing, code).await;
}

async fn hang_up(mut io: impl AsyncRead + AsyncWrite + Unpin, mut outgoing: Outgoing, code: CloseCode) {
    metrics::counter!("live_closed_total", "code" => code.0.to_string()).increment(1);
    let sent = async {
        poll_fn(|context| outgoing.poll_send(&mut io, context)).await?;
        io.shutdown().await
    };
    if matches!(timeout(CLOSE_TIMEOUT, sent).await, Ok(Ok(()))) {
        let _cut_off = timeout(LINGER, throw_away(&mut io)).await;
    }
}

/// Reads to the end, and keeps nothing.
async fn throw_away(io: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
    // On the heap and for this last moment only: the task of an idle connection stays small.
    let mut scrap = vec![0; 16 * 1024];
    while io.read(&mut scrap).await? > 0 {}
    Ok(())
}
