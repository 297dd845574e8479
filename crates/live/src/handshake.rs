//! The opening handshake (RFC 6455 §4.2), as an ordinary endpoint answers it.

use actix_http::ws::{HandshakeError, hash_key, verify_handshake};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use deskbell_http::{Problem, take_over};
use tokio::net::TcpStream;

/// Agrees to speak WebSocket; `next` is given the connection and what the client has sent already.
///
/// # Errors
/// A 426 when the request asks for no WebSocket, a 400 when it does not ask properly.
pub fn accept<F>(
    request: &HttpRequest,
    next: impl FnOnce(TcpStream, Bytes) -> F + 'static,
) -> Result<HttpResponse, Problem>
where
    F: Future<Output = ()> + 'static,
{
    verify_handshake(request.head()).map_err(refused)?;
    let key =
        request.headers().get(header::SEC_WEBSOCKET_KEY).expect("a handshake that was verified has a key");
    let accept = HeaderValue::from_bytes(&hash_key(key.as_bytes())).expect("base64 is a header value");
    take_over(request, next);
    Ok(HttpResponse::SwitchingProtocols()
        .upgrade("websocket")
        .insert_header((header::SEC_WEBSOCKET_ACCEPT, accept))
        .finish())
}

fn refused(error: HandshakeError) -> Problem {
    match error {
        HandshakeError::NoWebsocketUpgrade | HandshakeError::NoConnectionUpgrade => {
            Problem::new(StatusCode::UPGRADE_REQUIRED, "websocket_required", "This address speaks WebSocket")
                .with_detail("connect to it with a WebSocket client")
        }
        error => Problem::bad_request("bad_handshake", format!("{error}")),
    }
}
