//! Visitors of the website, over chat-api's HTTP.

use std::sync::Arc;

use deskbell_domain::token::VisitorToken;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::{self, Answer};
use crate::ledger::Ledger;

/// The way from the website to chat-api. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Website {
    http: Client,
    url: String,
    ledger: Arc<Ledger>,
}

/// How a chat begins.
#[derive(Debug, Clone)]
pub struct Opening {
    client_message_id: Uuid,
    token: String,
    body: String,
    name: Option<String>,
    urgent: bool,
}

/// A visitor's chat.
#[derive(Debug, Clone)]
pub struct Chat {
    website: Website,
    /// The conversation.
    pub id: Uuid,
    /// The visitor's token.
    pub token: String,
}

/// Where a message was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// The message.
    pub id: Uuid,
    /// Its number in the chat.
    pub seq: i64,
}

impl Opening {
    /// A chat that begins with this text.
    pub fn saying(body: impl Into<String>) -> Self {
        Self {
            client_message_id: Uuid::new_v4(),
            token: VisitorToken::generate(&mut rand::rng()).reveal(),
            body: body.into(),
            name: None,
            urgent: false,
        }
    }

    /// The visitor gives a name.
    pub fn by(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// The visitor ticks "urgent".
    pub fn urgent(self) -> Self {
        Self { urgent: true, ..self }
    }
}

impl Website {
    pub(crate) fn new(url: String, ledger: Arc<Ledger>) -> Self {
        Self { http: http::client(), url, ledger }
    }

    /// Begins a chat.
    ///
    /// # Panics
    /// When it is not acknowledged.
    pub async fn begin(&self, opening: Opening) -> Chat {
        self.try_begin(&opening).await.unwrap_or_else(|trouble| panic!("the chat was not begun: {trouble}"))
    }

    /// Begins a chat; the same opening can be sent again.
    ///
    /// # Errors
    /// When it was not acknowledged, with the reason.
    pub async fn try_begin(&self, opening: &Opening) -> Result<Chat, String> {
        let Opening { client_message_id, token, body, name, urgent } = opening;
        self.ledger.sending(*client_message_id, body);
        let request = json!({
            "client_message_id": client_message_id, "visitor_token": token, "body": body, "name": name,
            "urgent": urgent,
        });
        let answer = self.post("/api/v1/conversations", None, &request).await?;
        let id = uuid_of(&answer["conversation_id"]);
        self.ledger.acknowledged(*client_message_id, id, seq_of(&answer["message"]));
        Ok(Chat { website: self.clone(), id, token: token.clone() })
    }

    /// Asks for anything else of chat-api.
    pub async fn get(&self, path: &str) -> reqwest::Result<Answer> {
        Answer::of(self.http.get(format!("{}{path}", self.url))).await
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, String> {
        let mut request = self.http.post(format!("{}{path}", self.url)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = Answer::of(request).await.map_err(|error| format!("{error:?}"))?;
        match answer.status {
            StatusCode::OK | StatusCode::CREATED => Ok(answer.json()),
            status => Err(format!("{status} {}", answer.text)),
        }
    }
}

impl Chat {
    /// Writes a further message.
    ///
    /// # Panics
    /// When it is not acknowledged.
    pub async fn write(&self, body: &str) -> Stored {
        let message = self.try_write(Uuid::new_v4(), body).await;
        message.unwrap_or_else(|trouble| panic!("the message was not stored: {trouble}"))
    }

    /// Writes a further message; the same one can be sent again.
    ///
    /// # Errors
    /// When it was not acknowledged, with the reason.
    pub async fn try_write(&self, client_message_id: Uuid, body: &str) -> Result<Stored, String> {
        self.website.ledger.sending(client_message_id, body);
        let path = format!("/api/v1/conversations/{}/messages", self.id);
        let request = json!({ "client_message_id": client_message_id, "body": body });
        let answer = self.website.post(&path, Some(&self.token), &request).await?;
        let stored = Stored { id: uuid_of(&answer["id"]), seq: seq_of(&answer) };
        self.website.ledger.acknowledged(client_message_id, self.id, stored.seq);
        Ok(stored)
    }

    /// All that stands in the chat: who wrote it and what.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn read(&self) -> Vec<(String, String)> {
        let url = format!("{}/api/v1/conversations/{}/messages?limit=200", self.website.url, self.id);
        let request = self.website.http.get(url).bearer_auth(&self.token);
        let page = Answer::of(request).await.expect("chat-api answers").succeeded().json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let messages = page["messages"].as_array().expect("a page holds messages");
        messages.iter().map(|message| (text(&message["author"]), text(&message["body"]))).collect()
    }
}

fn uuid_of(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no id"))
}

fn seq_of(message: &Value) -> i64 {
    message["seq"].as_i64().unwrap_or_else(|| panic!("{message} has no number"))
}
