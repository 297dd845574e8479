//! One connection: HTTP/1.1 over a socket that can be closed or reset instead of answered.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::sim::Sim;
use crate::wire::{Answer, Body};
use crate::{api, control, page};

/// Ends a connection without an answer.
#[derive(Debug)]
struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended by a fault")
    }
}

impl std::error::Error for Ended {}

pub(super) async fn serve(stream: TcpStream, sim: Arc<Sim>) {
    // Without it, small answers wait for the peer's delayed acknowledgement; a failure only costs time.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let socket = Socket { stream, reset: Arc::clone(&reset) };
    let service = service_fn(move |request| {
        let (sim, reset) = (Arc::clone(&sim), Arc::clone(&reset));
        async move { answer(&sim, &reset, request).await }
    });
    // An error is a peer that went away, or a fault.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(
    sim: &Arc<Sim>,
    reset: &AtomicBool,
    request: Request<Incoming>,
) -> Result<Response<Body>, Ended> {
    let path = request.uri().path();
    if path.starts_with(api::ROOT) {
        return match api::answer(sim, request).await {
            Answer::Reply(response) => Ok(response),
            Answer::Drop => Err(Ended),
            Answer::Reset => {
                reset.store(true, Ordering::Relaxed);
                Err(Ended)
            }
        };
    }
    if path == control::ROOT || path.starts_with("/control/") {
        return Ok(control::answer(sim, request).await);
    }
    Ok(page::answer(sim, &request))
}

/// A TCP stream that is reset when it is dropped, if told so.
struct Socket {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Fails only on a connection that is gone already.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
