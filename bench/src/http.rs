//! One keep-alive HTTP/1.1 connection, with as little work per request as can be: what the client does not use, the
//! servers have. It understands answers with a `Content-Length`, which is all that is met here.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HEAD_END: &[u8] = b"\r\n\r\n";

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Status line and header lines.
    pub head: &'a str,
    /// The content.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4096) })
    }

    /// Whether the server has closed it, as servers do with connections that rest for a while.
    pub fn is_closed(&self) -> bool {
        let mut byte = [0];
        !matches!(self.stream.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Sends a request and reads the answer to it.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        loop {
            ensure!(self.stream.read_buf(&mut self.received).await? > 0, "the server closed the connection");
            if let Some(size) = message_size(&self.received)? {
                let (head, body) = self.received[..size.head + size.body].split_at(size.head);
                let head = std::str::from_utf8(head)?;
                let status = head.get(9..12).and_then(|status| status.parse().ok());
                return Ok(Answer { status: status.context("not an HTTP/1.1 answer")?, head, body });
            }
        }
    }
}

/// How long a message's head (with the empty line) and body are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageSize {
    /// Head, up to and with the empty line.
    pub head: usize,
    /// Body.
    pub body: usize,
}

/// The size of the message at the beginning of what was received, once it is there in whole.
pub fn message_size(received: &[u8]) -> Result<Option<MessageSize>> {
    let end = received.windows(HEAD_END.len()).position(|window| window == HEAD_END);
    let Some(end) = end else { return Ok(None) };
    let head = end + HEAD_END.len();
    let mut body = 0;
    for line in received[..end].split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            body = std::str::from_utf8(value)?.parse()?;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            bail!("a chunked message is not understood here");
        }
    }
    Ok((received.len() >= head + body).then_some(MessageSize { head, body }))
}

/// A request with a JSON body.
pub fn post_json(path: &str, host: SocketAddr, json: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
        json.len()
    )
}

/// A request without a body. `headers` are whole lines, each with its end.
pub fn get(path: &str, host: SocketAddr, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_when_its_body_is_there() {
        let answer = b"HTTP/1.1 201 Created\r\nContent-length:  4\r\n\r\nbody";
        assert_eq!(message_size(answer).unwrap(), Some(MessageSize { head: 44, body: 4 }));
        for part in 0..answer.len() {
            assert_eq!(message_size(&answer[..part]).unwrap(), None);
        }
        assert!(message_size(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
