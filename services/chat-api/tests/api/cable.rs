//! The way to a server, which can be cut without either end noticing: nothing arrives, nothing is refused.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A port that leads to a server.
pub(crate) struct Cable {
    url: String,
    plugged_in: watch::Sender<bool>,
}

impl Cable {
    /// A way to the server of this URL.
    pub(crate) async fn to(url: &str) -> Self {
        let mut url = Url::parse(url).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (plugged_in, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, state) = (server.clone(), state.clone());
                tokio::spawn(async move { connect(client, server, state).await });
            }
        });
        Self { url: url.into(), plugged_in }
    }

    /// The server's URL by this way.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// From now on nothing arrives.
    pub(crate) fn pull(&self) {
        self.plugged_in.send_replace(false);
    }

    /// What was under way arrives, and everything else.
    pub(crate) fn plug_in(&self) {
        self.plugged_in.send_replace(true);
    }
}

async fn connect(client: TcpStream, server: (String, u16), state: watch::Receiver<bool>) -> io::Result<()> {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = TcpStream::connect(server).await?.into_split();
    tokio::select! {
        ended = carry(from_client, to_server, state.clone()) => ended,
        ended = carry(from_server, to_client, state) => ended,
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 || state.wait_for(|plugged_in| *plugged_in).await.is_err() {
            return Ok(());
        }
        to.write_all(&buffer[..read]).await?;
    }
}
