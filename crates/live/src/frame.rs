//! Frames as they go over the wire (RFC 6455): made once, sent to as many as follow.

use actix_http::ws::{CloseReason, Codec, Message};
use bytes::{Bytes, BytesMut};
use serde::Serialize;
use tokio_util::codec::Encoder as _;

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// Nothing is wrong; the answer to a close of the other side.
    pub const NORMAL: Self = Self(1000);
    /// The other side does not answer any more.
    pub const SILENT: Self = Self(1001);
    /// What came is no WebSocket.
    pub const PROTOCOL: Self = Self(1002);
    /// A binary frame.
    pub const UNSUPPORTED: Self = Self(1003);
    /// A text that is not UTF-8.
    pub const INVALID_TEXT: Self = Self(1007);
    /// No greeting, or none that can be understood.
    pub const POLICY: Self = Self(1008);
    /// More than fits.
    pub const TOO_BIG: Self = Self(1009);
    /// The server restarts: come back after a random time of up to 5 s.
    pub const RESTART: Self = Self(1012);
    /// Something that the server needs is away: come back later.
    pub const TRY_LATER: Self = Self(1013);
    /// The token opens nothing here; coming back does not help.
    pub const UNAUTHORIZED: Self = Self(4401);
    /// The receiver is too slow: resume at once.
    pub const TOO_SLOW: Self = Self(4408);
    /// Too many frames or connections: come back after half a minute.
    pub const TOO_MANY: Self = Self(4429);
}

/// A frame, ready to be sent; clones share its bytes.
#[derive(Clone, Debug)]
pub struct Frame(pub(crate) Bytes);

impl Frame {
    /// A text frame that holds a value as JSON.
    ///
    /// # Panics
    /// If the value cannot be written as JSON, which is a mistake in its type.
    pub fn json(value: &impl Serialize) -> Self {
        let text = serde_json::to_string(value).expect("frames are plain JSON");
        encode(Message::Text(text.into()))
    }

    pub(crate) fn ping() -> Self {
        encode(Message::Ping(Bytes::new()))
    }

    pub(crate) fn pong(payload: Bytes) -> Self {
        encode(Message::Pong(payload))
    }

    pub(crate) fn close(code: CloseCode) -> Self {
        encode(Message::Close(Some(CloseReason { code: code.0.into(), description: None })))
    }
}

fn encode(message: Message) -> Frame {
    let mut bytes = BytesMut::new();
    Codec::new().encode(message, &mut bytes).expect("only fragments can be out of order");
    Frame(bytes.freeze())
}
