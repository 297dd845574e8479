//! Frames on their way in, with the bounds on their size and number.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::ws::{Codec, Frame as WsFrame, Item, ProtocolError};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Instant;
use tokio_util::codec::Decoder as _;

use super::End;
use crate::frame::CloseCode;
use crate::roll::Place;

/// Longest message, in bytes; as long as the body of a request.
const MESSAGE_MAX_BYTES: usize = 64 * 1024;
/// The longest head of a frame (RFC 6455 §5.2).
const HEAD_MAX_BYTES: usize = 14;
/// Bytes read at once, on the stack.
const READ_BYTES: usize = 4 * 1024;
/// What one frame uses up of its connection's time: 20 in a second.
const FRAME_COST: Duration = Duration::from_millis(50);
/// How much of it may be used ahead: 100 frames at once.
const FRAMES_AHEAD: Duration = Duration::from_secs(5);

/// What came.
#[derive(Debug)]
pub(super) enum Came {
    Text(String),
    Ping(Bytes),
    End(End),
}

#[derive(Debug)]
pub(super) struct Incoming {
    codec: Codec,
    received: BytesMut,
    /// The message whose fragments are coming in.
    fragments: Option<BytesMut>,
    /// When the frames so far will be paid for.
    paid_at: Instant,
}

impl Incoming {
    pub(super) fn new(received: &Bytes) -> Self {
        Self {
            codec: Codec::new().max_size(MESSAGE_MAX_BYTES),
            received: BytesMut::from(&received[..]),
            fragments: None,
            paid_at: Instant::now(),
        }
    }

    /// Waits for the next frame that means something.
    pub(super) fn poll_next<I: AsyncRead + Unpin>(
        &mut self,
        io: &mut I,
        place: &Place,
        context: &mut Context<'_>,
    ) -> Poll<Came> {
        loop {
            match self.take_frame() {
                Ok(Some(came)) => return Poll::Ready(came),
                Ok(None) => {}
                Err(code) => return Poll::Ready(Came::End(End::Close(code))),
            }
            match ready!(self.poll_read(io, context)) {
                Ok(0) | Err(_) => return Poll::Ready(Came::End(End::Gone)),
                Ok(_) => place.hear(),
            }
        }
    }

    /// How many bytes it holds on to.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.received.capacity() + self.fragments.as_ref().map_or(0, BytesMut::capacity)
    }

    /// What the bytes so far hold; nothing when they end within a frame.
    fn take_frame(&mut self) -> Result<Option<Came>, CloseCode> {
        loop {
            let Some(frame) = self.codec.decode(&mut self.received).map_err(|error| code_of(&error))? else {
                // The codec waits for the end of a frame however long it says it is.
                let is_too_big = self.received.len() > MESSAGE_MAX_BYTES + HEAD_MAX_BYTES;
                if self.received.is_empty() {
                    self.received = BytesMut::new();
                }
                return if is_too_big { Err(CloseCode::TOO_BIG) } else { Ok(None) };
            };
            self.pay()?;
            if let Some(came) = self.understand(frame)? {
                return Ok(Some(came));
            }
        }
    }

    fn understand(&mut self, frame: WsFrame) -> Result<Option<Came>, CloseCode> {
        match frame {
            WsFrame::Text(bytes) => text(&bytes).map(Some),
            WsFrame::Ping(payload) => Ok(Some(Came::Ping(payload))),
            WsFrame::Pong(_) => Ok(None),
            WsFrame::Close(_) => Ok(Some(Came::End(End::Close(CloseCode::NORMAL)))),
            WsFrame::Binary(_) | WsFrame::Continuation(Item::FirstBinary(_)) => Err(CloseCode::UNSUPPORTED),
            WsFrame::Continuation(Item::FirstText(bytes)) => {
                self.fragments = Some(BytesMut::from(&bytes[..]));
                Ok(None)
            }
            WsFrame::Continuation(Item::Continue(bytes)) => self.add(&bytes).map(|()| None),
            WsFrame::Continuation(Item::Last(bytes)) => {
                self.add(&bytes)?;
                text(&self.fragments.take().unwrap_or_default()).map(Some)
            }
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), CloseCode> {
        let message = self.fragments.get_or_insert_default();
        if message.len() + bytes.len() > MESSAGE_MAX_BYTES {
            return Err(CloseCode::TOO_BIG);
        }
        message.extend_from_slice(bytes);
        Ok(())
    }

    fn pay(&mut self) -> Result<(), CloseCode> {
        let now = Instant::now();
        self.paid_at = self.paid_at.max(now) + FRAME_COST;
        if self.paid_at - now > FRAMES_AHEAD { Err(CloseCode::TOO_MANY) } else { Ok(()) }
    }

    fn poll_read<I: AsyncRead + Unpin>(
        &mut self,
        io: &mut I,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut space = [MaybeUninit::uninit(); READ_BYTES];
        let mut read = ReadBuf::uninit(&mut space);
        ready!(Pin::new(io).poll_read(context, &mut read))?;
        self.received.extend_from_slice(read.filled());
        Poll::Ready(Ok(read.filled().len()))
    }
}

/// The text of a message; a copy, so that the buffer it came in goes.
fn text(bytes: &[u8]) -> Result<Came, CloseCode> {
    let text = std::str::from_utf8(bytes).map_err(|_| CloseCode::INVALID_TEXT)?;
    Ok(Came::Text(text.to_owned()))
}

fn code_of(error: &ProtocolError) -> CloseCode {
    match error {
        ProtocolError::Overflow => CloseCode::TOO_BIG,
        _ => CloseCode::PROTOCOL,
    }
}
