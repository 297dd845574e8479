//! Requests that ask for another protocol (RFC 9110 §7.8). They pass the same edge, middleware and routes as all others;
//! a handler that agrees says so by [`take_over`] and is then given the bare connection.
//!
//! The connection leaves the HTTP dispatcher with its buffers, so one that idles for hours holds only what the handler
//! keeps for it. It also leaves the server's count of connections: whoever takes it over bounds and ends it.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_codec::Framed;
use actix_http::body::{BodySize, MessageBody as _, to_bytes_limited};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Request, Response};
use actix_service::Service;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, rt};
use futures_util::SinkExt;
use futures_util::future::LocalBoxFuture;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the client may take to receive the answer to its handshake.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of an answer that is no upgrade: problems are far smaller.
const ANSWER_MAX_BYTES: usize = 1 << 20;

type Next = Box<dyn FnOnce(TcpStream, Bytes) -> LocalBoxFuture<'static, ()>>;

/// What is done with the connection once the 101 is sent.
struct TakeOver(Next);

/// Asks for the connection of a request that is answered by 101. `next` runs on the worker's thread as a task of its
/// own, with what the client has sent already. Of a request that did not ask for an upgrade it is dropped.
pub fn take_over<F>(request: &HttpRequest, next: impl FnOnce(TcpStream, Bytes) -> F + 'static)
where
    F: Future<Output = ()> + 'static,
{
    let next: Next = Box::new(|stream, received| Box::pin(next(stream, received)));
    request.extensions_mut().insert(TakeOver(next));
}

/// Answers a request that asks for an upgrade.
pub(crate) fn serve<S>(
    requests: Rc<S>,
    request: Request,
    connection: Framed<TcpStream, Codec>,
) -> LocalBoxFuture<'static, Result<(), actix_web::Error>>
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error> + 'static,
{
    Box::pin(async move {
        let answer = requests.call(request).await?;
        let next = answer.request().extensions_mut().remove::<TakeOver>();
        let switches = answer.status() == actix_web::http::StatusCode::SWITCHING_PROTOCOLS;
        let response = Response::from(answer);
        match next {
            Some(TakeOver(next)) if switches => {
                if let Ok(Ok((stream, received))) =
                    timeout(ANSWER_TIMEOUT, switch(connection, response)).await
                {
                    rt::spawn(next(stream, received));
                }
            }
            _ => {
                // A client that has gone needs no answer.
                let _gone = timeout(ANSWER_TIMEOUT, refuse(connection, response)).await;
            }
        }
        Ok(())
    })
}

/// Sends the 101 and takes the connection apart.
async fn switch(
    mut connection: Framed<TcpStream, Codec>,
    response: Response<BoxBody>,
) -> io::Result<(TcpStream, Bytes)> {
    connection.send(Message::Item((response.drop_body(), BodySize::None))).await?;
    let parts = connection.into_parts();
    // A copy, so that the dispatcher's buffer goes.
    Ok((parts.io, Bytes::copy_from_slice(&parts.read_buf)))
}

/// Sends an answer that is no upgrade, and closes: what would follow is no HTTP.
async fn refuse(mut connection: Framed<TcpStream, Codec>, response: Response<BoxBody>) -> io::Result<()> {
    let (mut head, body) = response.into_parts();
    head.head_mut().set_connection_type(ConnectionType::Close);
    let size = body.size();
    let body = match to_bytes_limited(body, ANSWER_MAX_BYTES).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return Err(io::Error::other(error.to_string())),
        Err(_too_large) => return Err(io::Error::other("the answer is too large")),
    };
    let size = if matches!(size, BodySize::Stream) { BodySize::Sized(body.len() as u64) } else { size };
    connection.feed(Message::Item((head, size))).await?;
    if !body.is_empty() {
        connection.feed(Message::Chunk(Some(body))).await?;
    }
    connection.feed(Message::Chunk(None)).await?;
    SinkExt::<Message<(Response<()>, BodySize)>>::flush(&mut connection).await?;
    let mut parts = connection.into_parts();
    tokio::io::AsyncWriteExt::shutdown(&mut Pin::new(&mut parts.io)).await
}
