//! A server that reads one whole request per step of its script and then does exactly what the step says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does once it has read a request.
#[derive(Clone)]
pub enum Step {
    /// Writes these bytes, then keeps the connection (or closes it).
    Answer(String, bool),
    /// Closes the connection without a word.
    Close,
    /// Resets the connection.
    Reset,
    /// Never answers.
    Hang,
}

/// A complete answer that keeps the connection.
pub fn answer(status: &str, content_type: &str, body: &str) -> Step {
    let length = body.len();
    Step::Answer(
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        true,
    )
}

/// The running server.
pub struct Script {
    /// Its base URL.
    pub url: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    connections: Mutex<usize>,
    closed: Notify,
}

impl Script {
    pub async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Seen>::default();
        tokio::spawn(serve(listener, steps, Arc::clone(&seen)));
        Self { url, seen }
    }

    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        *self.seen.connections.lock().unwrap()
    }

    /// Waits until the server has closed a connection.
    pub async fn closed(&self) {
        self.seen.closed.notified().await;
    }
}

async fn serve(listener: TcpListener, steps: Vec<Step>, seen: Arc<Seen>) {
    let mut steps = steps.into_iter();
    while let Ok((mut stream, _)) = listener.accept().await {
        *seen.connections.lock().unwrap() += 1;
        while let Some(request) = read_request(&mut stream).await {
            seen.requests.lock().unwrap().push(request);
            match steps.next().expect("the script covers every request") {
                Step::Answer(bytes, keep) => {
                    stream.write_all(bytes.as_bytes()).await.unwrap();
                    if !keep {
                        break;
                    }
                }
                Step::Close => break,
                Step::Reset => {
                    stream.set_zero_linger().unwrap();
                    break;
                }
                Step::Hang => std::future::pending().await,
            }
        }
        drop(stream);
        seen.closed.notify_one();
    }
}

/// One request, header and body; `None` when the client closes or speaks no HTTP (a TLS hello).
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 || bytes.starts_with(&[0x16]) {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Some((header, body)) = text.split_once("\r\n\r\n") {
            let length = header
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
    }
}
