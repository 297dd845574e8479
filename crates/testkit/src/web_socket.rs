//! A WebSocket client that speaks JSON, and whatever else a test wants to say.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(20);

/// An open connection.
#[derive(Debug)]
pub struct WebSocket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What came over it.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A text frame with JSON in it.
    Json(Value),
    /// The end, with its code; none when the connection was cut.
    Closed(Option<u16>),
}

/// A handshake that was refused.
#[derive(Debug)]
pub struct Refused {
    /// The status of the answer.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl WebSocket {
    /// Connects to a `ws://` address.
    ///
    /// # Errors
    /// The server's answer, when it does not agree to the handshake.
    ///
    /// # Panics
    /// When there is no such server.
    pub async fn connect(url: &str, headers: &[(&str, &str)]) -> Result<Self, Refused> {
        let mut request = url.into_client_request().expect("the URL is one");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("the name is one");
            let value = HeaderValue::from_str(value).expect("the value is one");
            request.headers_mut().insert(name, value);
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(response)) => Err(Refused {
                status: response.status().as_u16(),
                headers: response
                    .headers()
                    .iter()
                    .map(|(name, value)| {
                        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                    })
                    .collect(),
                body: response.body().clone().unwrap_or_default(),
            }),
            Err(error) => panic!("{url}: {error}"),
        }
    }

    /// Says something in JSON; false when the connection is gone.
    pub async fn say(&mut self, frame: &Value) -> bool {
        self.send(Message::text(frame.to_string())).await
    }

    /// Sends a text frame, whatever is in it.
    pub async fn say_text(&mut self, text: &str) -> bool {
        self.send(Message::text(text)).await
    }

    /// Sends a binary frame.
    pub async fn say_bytes(&mut self, bytes: Vec<u8>) -> bool {
        self.send(Message::binary(bytes)).await
    }

    /// Sends a ping.
    pub async fn ping(&mut self) -> bool {
        self.send(Message::Ping(Bytes::new())).await
    }

    /// Says that this is the end.
    pub async fn close(&mut self, code: u16) -> bool {
        self.send(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))).await
    }

    /// Puts a text frame where it waits to be sent, without waiting; [`Self::flush`] sends it.
    pub async fn feed_text(&mut self, text: &str) -> bool {
        self.0.feed(Message::text(text)).await.is_ok()
    }

    /// Sends what was fed.
    pub async fn flush(&mut self) -> bool {
        self.0.flush().await.is_ok()
    }

    /// Waits for what comes next; pings are answered and passed over.
    ///
    /// # Panics
    /// When nothing comes in time, or something that nobody speaks here.
    pub async fn hear(&mut self) -> Heard {
        let heard = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Heard::Json(serde_json::from_str(&text).expect("what comes is JSON"));
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Heard::Closed(frame.map(|frame| frame.code.into()));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(other)) => panic!("the server says {other:?}"),
                    Some(Err(_)) | None => return Heard::Closed(None),
                }
            }
        };
        tokio::time::timeout(DEADLINE, heard).await.expect("something comes in time")
    }

    /// Waits for JSON.
    ///
    /// # Panics
    /// When the connection ends instead.
    pub async fn frame(&mut self) -> Value {
        match self.hear().await {
            Heard::Json(frame) => frame,
            Heard::Closed(code) => panic!("closed with {code:?}"),
        }
    }

    /// Waits for a frame of this type, and passes others over.
    ///
    /// # Panics
    /// When the connection ends before.
    pub async fn frame_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Waits for the end, and passes over what comes before; tells its code.
    pub async fn end(&mut self) -> Option<u16> {
        loop {
            if let Heard::Closed(code) = self.hear().await {
                return code;
            }
        }
    }

    async fn send(&mut self, message: Message) -> bool {
        self.0.send(message).await.is_ok()
    }
}
