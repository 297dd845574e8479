//! Open chat windows.

mod anything;
mod conversing;
mod greeting;
mod instances;
mod refusing;
mod resuming;

use deskbell_domain::{ClientMessageId, Clock as _, MessageId, UserId};
use deskbell_store::model::conversation::{Message, NewReply, Replied};
use deskbell_testkit::WebSocket;
use serde_json::{Value, json};

use crate::app::{Chat, TestApp};

impl TestApp {
    /// Opens the connection of a chat window, and says nothing yet.
    pub(crate) async fn connected(&self, chat: &Chat) -> WebSocket {
        WebSocket::connect(&self.live_url(&chat.id), &[]).await.unwrap()
    }

    /// Opens a chat window that has the messages up to a number, and passes the welcome over.
    pub(crate) async fn open(&self, chat: &Chat, after_seq: i64) -> WebSocket {
        let mut window = self.connected(chat).await;
        window.say(&hello(chat, after_seq)).await;
        window.frame_of("status").await;
        window
    }

    pub(crate) fn live_url(&self, id: &str) -> String {
        format!("{}/api/v1/conversations/{id}/live", self.base_url.replacen("http", "ws", 1))
    }

    /// Stores an answer as the panel does, without telling anybody.
    pub(crate) async fn reply(&self, chat: &Chat, body: &str) -> Message {
        let reply = NewReply {
            conversation_id: chat.id.parse().unwrap(),
            id: MessageId::mint(&*self.clock),
            client_message_id: ClientMessageId::mint(&*self.clock),
            author_id: Some(UserId::mint(&*self.clock)),
            body: body.to_owned(),
            now: self.clock.now(),
        };
        match self.store.reply(&reply).await.unwrap() {
            Replied::Created(message) => message,
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn hello(chat: &Chat, after_seq: i64) -> Value {
    json!({ "type": "hello", "token": chat.token, "after_seq": after_seq, "epoch": null })
}

pub(crate) fn send(client_message_id: &str, body: &str) -> Value {
    json!({ "type": "send", "client_message_id": client_message_id, "body": body })
}

/// The numbers of the next messages, up to one; anything else is passed over.
pub(crate) async fn numbers(window: &mut WebSocket, up_to: i64) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.last().is_none_or(|last| *last < up_to) {
        numbers.push(window.frame_of("message").await["seq"].as_i64().unwrap());
    }
    numbers
}
