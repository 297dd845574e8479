//! A webhook: records what is posted to it and answers what it is told.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use deskbell_twilio::signature;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::setup::{DEADLINE, TOKEN};

/// A post that came in.
#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    pub signature: String,
    pub idempotency_token: String,
    pub params: Vec<(String, String)>,
}

impl Posted {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Whether it is signed for this URL.
    pub fn is_signed_for(&self, url: &str) -> bool {
        signature::validate(&SecretString::from(TOKEN), &self.signature, url, &self.params)
    }
}

/// A running webhook.
pub struct Receiver {
    pub url: String,
    posts: Arc<Mutex<Vec<Posted>>>,
    count: watch::Receiver<usize>,
}

impl Receiver {
    pub async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let posts = Arc::<Mutex<Vec<Posted>>>::default();
        let (counter, count) = watch::channel(0);
        tokio::spawn(serve(listener, answer, Arc::clone(&posts), counter));
        Self { url, posts, count }
    }

    pub fn posts(&self) -> Vec<Posted> {
        self.posts.lock().unwrap().clone()
    }

    /// Waits for so many posts and returns all.
    pub async fn wait(&self, count: usize) -> Vec<Posted> {
        let mut counter = self.count.clone();
        let waiting = counter.wait_for(|seen| *seen >= count);
        let arrived = tokio::time::timeout(DEADLINE, waiting).await.is_ok();
        assert!(arrived, "waited for {count} posts in vain, got {:?}", self.posts());
        self.posts()
    }
}

/// The statuses of posts, in their order.
pub fn statuses(posts: &[Posted]) -> Vec<&str> {
    posts.iter().filter_map(|post| post.param("MessageStatus")).collect()
}

async fn serve(
    listener: TcpListener,
    answer: &'static str,
    posts: Arc<Mutex<Vec<Posted>>>,
    counter: watch::Sender<usize>,
) {
    let counter = Arc::new(counter);
    while let Ok((stream, _)) = listener.accept().await {
        let (posts, counter) = (Arc::clone(&posts), Arc::clone(&counter));
        let service = service_fn(move |request: Request<Incoming>| {
            let (posts, counter) = (Arc::clone(&posts), Arc::clone(&counter));
            async move {
                let posted = read(request).await;
                let count = {
                    let mut posts = posts.lock().unwrap();
                    posts.push(posted);
                    posts.len()
                };
                counter.send_replace(count);
                let mut response = Response::new(Full::new(Bytes::from_static(answer.as_bytes())));
                response.headers_mut().insert("content-type", "text/xml".parse().unwrap());
                Ok::<_, Infallible>(response)
            }
        });
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
        );
    }
}

async fn read(request: Request<Incoming>) -> Posted {
    let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
    let (signature, idempotency_token) = (header("x-twilio-signature"), header("i-twilio-idempotency-token"));
    let path = request.uri().to_string();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let params = form_urlencoded::parse(&body).into_owned().collect();
    Posted { path, signature, idempotency_token, params }
}
