//! The bytes on the wire: answers, among them those that no healthy server gives.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

/// The body of an answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// In how many pieces a slow body comes.
const SLOW_PIECES: u32 = 10;

/// What happens to a connection in reply to a request.
pub(crate) enum Answer {
    /// It carries this answer.
    Reply(Response<Body>),
    /// It closes.
    Drop,
    /// It is reset.
    Reset,
}

/// Text or bytes with their media type.
pub(crate) fn document(
    status: StatusCode,
    content_type: &'static str,
    content: impl Into<Bytes>,
) -> Response<Body> {
    let mut response =
        Response::new(Full::new(content.into()).map_err(|never: Infallible| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A JSON document.
pub(crate) fn json<T: Serialize>(status: StatusCode, content: &T) -> Response<Body> {
    let content = serde_json::to_vec(content).expect("maps of plain strings and numbers always serialise");
    document(status, "application/json", content)
}

/// An answer without content.
pub(crate) fn no_content() -> Response<Body> {
    let mut response = document(StatusCode::NO_CONTENT, "application/json", Bytes::new());
    response.headers_mut().remove(CONTENT_TYPE);
    response
}

/// The same JSON document, over `total` instead of at once.
pub(crate) fn slow_json(status: StatusCode, content: Bytes, total: Duration) -> Response<Body> {
    let piece_length = content.len().div_ceil(SLOW_PIECES as usize).max(1);
    let pause = total / SLOW_PIECES;
    let length = content.len();
    let pieces = stream::unfold(content, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(piece_length.min(rest.len()));
        Some((Ok(Frame::data(piece)), rest))
    });
    streamed(status, length, StreamBody::new(pieces).boxed_unsync())
}

/// The first half of a JSON document, then the connection breaks.
pub(crate) fn truncated_json(status: StatusCode, content: &Bytes) -> Response<Body> {
    let half = content.slice(..content.len() / 2);
    let broken = Err(io::Error::other("broken off by a fault"));
    let pieces = stream::unfold(vec![broken, Ok(Frame::data(half))], |mut rest| async move {
        // Lets the first piece reach the wire before the break.
        tokio::task::yield_now().await;
        rest.pop().map(|piece| (piece, rest))
    });
    streamed(status, content.len(), StreamBody::new(pieces).boxed_unsync())
}

fn streamed(status: StatusCode, length: usize, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
