//! The least that can stand in for Twilio's `POST /2010-04-01/Accounts/{sid}/Messages.json`: it takes every message at
//! once and tells when the one with which tag came.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, spawn_local};

use crate::http::message_size;
use crate::tag;

/// An SMS that came.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// The number of the message it tells of, when its text has a tag.
    pub number: Option<u64>,
    /// When its request was there in whole.
    pub at: Instant,
}

/// A listening stand-in; it ends when this is dropped.
#[derive(Debug)]
pub struct Sink {
    /// Where it listens.
    pub address: SocketAddr,
    /// The SMS in the order in which they came.
    pub arrivals: UnboundedReceiver<Arrival>,
    accepting: AbortHandle,
}

impl Sink {
    /// Listens on a free port.
    pub async fn listen() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (sender, arrivals) = unbounded_channel();
        let accepting = spawn_local(accept(listener, sender)).abort_handle();
        Ok(Self { address, arrivals, accepting })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, arrivals: UnboundedSender<Arrival>) {
    let next_sid = Rc::new(Cell::new(1_u64));
    while let Ok((stream, _)) = listener.accept().await {
        let (arrivals, next_sid) = (arrivals.clone(), Rc::clone(&next_sid));
        spawn_local(async move {
            // A sender that goes away has nothing more to send.
            let _gone = serve(stream, &arrivals, &next_sid).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    arrivals: &UnboundedSender<Arrival>,
    next_sid: &Cell<u64>,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut received = Vec::with_capacity(4096);
    while stream.read_buf(&mut received).await? > 0 {
        while let Some(size) = message_size(&received)? {
            let end = size.head + size.body;
            let number = tag::find(&received[size.head..end]);
            let _nobody_counts = arrivals.send(Arrival { number, at: Instant::now() });
            received.drain(..end);
            stream.write_all(created(next_sid.replace(next_sid.get() + 1)).as_bytes()).await?;
        }
    }
    Ok(())
}

fn created(sid: u64) -> String {
    let json = format!(
        r#"{{"sid":"SM{sid:032x}","status":"queued","error_code":null,"error_message":null,"num_segments":"1"}}"#
    );
    format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
        json.len()
    )
}
