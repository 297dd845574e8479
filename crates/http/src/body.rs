//! Reads a request's body within a limit. Compressed bodies are refused: a few kilobytes of them may hold gigabytes.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use crate::Problem;

/// The largest body that is read, in bytes. Set as app data, for all routes or for one resource.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(65_536)
    }
}

/// The whole body, as it was sent.
#[derive(Debug)]
pub struct BoundedBody(pub Bytes);

impl FromRequest for BoundedBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = check_head(request);
        let payload = payload.take();
        Box::pin(async move { Ok(Self(read(payload, head?).await?)) })
    }
}

/// What the request's head says about its body.
#[derive(Clone, Copy)]
pub(crate) struct BodyHead {
    limit: usize,
    length: usize,
}

/// Refuses by the head alone what need not be read.
pub(crate) fn check_head(request: &HttpRequest) -> Result<BodyHead, Problem> {
    let BodyLimit(limit) = request.app_data::<BodyLimit>().copied().unwrap_or_default();
    let headers = request.headers();
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Problem::unsupported_media_type("send the body without Content-Encoding"));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limit => Err(Problem::too_large(limit)),
        length => Ok(BodyHead { limit, length: length.unwrap_or(0) }),
    }
}

/// Reads at most the limit; a body that is longer than it was said to be is refused as soon as that shows.
pub(crate) async fn read(mut payload: Payload, head: BodyHead) -> Result<Bytes, Problem> {
    let broken =
        |_error| Problem::bad_request("broken_body", "the body ended early or was not framed properly");
    let Some(first) = payload.next().await.transpose().map_err(broken)? else { return Ok(Bytes::new()) };
    if first.len() > head.limit {
        return Err(Problem::too_large(head.limit));
    }
    // A small body comes in one piece, which needs no copy.
    let Some(second) = payload.next().await.transpose().map_err(broken)? else { return Ok(first) };
    let mut body = BytesMut::with_capacity(head.length.max(first.len() + second.len()).min(head.limit));
    body.extend_from_slice(&first);
    let mut next = Some(second);
    while let Some(piece) = next {
        if body.len() + piece.len() > head.limit {
            return Err(Problem::too_large(head.limit));
        }
        body.extend_from_slice(&piece);
        next = payload.next().await.transpose().map_err(broken)?;
    }
    Ok(body.freeze())
}
