//! Frames on their way out.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::AsyncWrite;

use crate::frame::Frame;

/// Most frames in one system call.
const SLICES_MAX: usize = 32;

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    frames: VecDeque<Bytes>,
    bytes: usize,
}

impl Outgoing {
    pub(super) fn push(&mut self, frame: Frame) {
        self.bytes += frame.0.len();
        self.frames.push_back(frame.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// How many bytes wait.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many places it holds on to.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.frames.capacity()
    }

    /// Sends as much as the client takes; ready when nothing waits any more.
    pub(super) fn poll_send<I: AsyncWrite + Unpin>(
        &mut self,
        io: &mut I,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES_MAX];
            let count = self.frames.len().min(SLICES_MAX);
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(frame);
            }
            let sent = ready!(Pin::new(&mut *io).poll_write_vectored(context, &slices[..count]))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.drop_sent(sent);
        }
        self.frames = VecDeque::new();
        Poll::Ready(Ok(()))
    }

    fn drop_sent(&mut self, mut sent: usize) {
        self.bytes -= sent;
        while let Some(first) = self.frames.front_mut() {
            if sent < first.len() {
                first.advance(sent);
                return;
            }
            sent -= first.len();
            self.frames.pop_front();
        }
    }
}
