//! People who answer: the owner in the panel, and the owner on the phone who has followed the link in an SMS.

use reqwest::header::{CONTENT_TYPE, COOKIE};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::{self, Answer};
use crate::setup::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::{Chat, EVENTUALLY, eventually};

/// Somebody who is logged in to the panel.
#[derive(Debug)]
pub struct Admin {
    http: Client,
    url: String,
    cookie: String,
}

impl Admin {
    pub(crate) async fn log_in(url: String) -> Self {
        let http = http::client();
        let credentials = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD });
        let request = http.post(format!("{url}/api/v1/session")).json(&credentials);
        let answer = Answer::of(request).await.expect("admin-api answers").succeeded();
        let cookie = answer.cookie().expect("a log-in sets a cookie");
        Self { http, url, cookie }
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.succeeded().json()
    }

    /// Does something.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some(body)).await.succeeded().json()
    }

    /// Sends any request.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).header(COOKIE, &self.cookie);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request).await.expect("admin-api answers")
    }

    /// Changes the notification settings.
    pub async fn change_settings(&self, change: impl FnOnce(&mut Value)) {
        let mut settings = self.get("/api/v1/notifications/settings").await;
        change(&mut settings);
        self.send(Method::PUT, "/api/v1/notifications/settings", Some(&settings)).await.succeeded();
    }

    /// The recipients.
    pub async fn recipients(&self) -> Vec<Value> {
        let page = self.get("/api/v1/notifications/recipients").await;
        page["recipients"].as_array().expect("a page holds recipients").clone()
    }

    /// Why the recipient with this number is not texted any more.
    pub async fn disabled_reason(&self, phone: &str) -> Option<String> {
        let recipients = self.recipients().await;
        let recipient = recipients.iter().find(|recipient| recipient["phone"] == phone);
        recipient.expect("there is such a recipient")["disabled_reason"].as_str().map(str::to_owned)
    }

    /// The delivery log of a chat, newest first.
    pub async fn deliveries_of(&self, chat: &Chat) -> Vec<Value> {
        self.deliveries(chat.id).await
    }

    /// The delivery log of a conversation, newest first.
    pub async fn deliveries(&self, conversation_id: Uuid) -> Vec<Value> {
        let path = format!("/api/v1/notifications/deliveries?conversation_id={conversation_id}");
        let page = self.get(&path).await;
        page["deliveries"].as_array().expect("a page holds deliveries").clone()
    }

    /// Waits until a chat's one delivery stands somewhere, and returns it.
    pub async fn delivery_in(&self, chat: &Chat, state: &str) -> Value {
        eventually(&format!("the notice is {state}"), EVENTUALLY, async || {
            let mut deliveries = self.deliveries_of(chat).await;
            assert!(deliveries.len() <= 1, "one notice was expected: {deliveries:#?}");
            deliveries.pop().filter(|delivery| delivery["state"] == state)
        })
        .await
    }
}

/// The owner's browser after a tap on the link in an SMS.
#[derive(Debug)]
pub struct ChatLink {
    http: Client,
    url: String,
    cookie: String,
}

impl ChatLink {
    /// Finds the link in an SMS.
    ///
    /// # Panics
    /// When there is none.
    pub fn find(text: &str) -> String {
        let link = text.split_whitespace().find(|word| word.contains("/r/"));
        link.unwrap_or_else(|| panic!("no link in {text:?}")).to_owned()
    }

    /// What a robot or a person sees that only looks.
    pub async fn look(link: &str) -> Answer {
        Answer::of(http::client().get(link)).await.expect("admin-api answers")
    }

    /// Taps on the button of the page.
    ///
    /// # Errors
    /// What is answered instead of opening the chat.
    pub async fn open(link: &str) -> Result<Self, Answer> {
        let http = http::client();
        let answer = Answer::of(http.post(link)).await.expect("admin-api answers");
        let url = link.split("/r/").next().unwrap_or_default().to_owned();
        match answer.cookie() {
            Some(cookie) if answer.status.is_redirection() || answer.status.is_success() => {
                Ok(Self { http, url, cookie })
            }
            _ => Err(answer),
        }
    }

    /// The chat's page.
    pub async fn read(&self) -> Answer {
        self.send(Method::GET, "/r/chat", None).await
    }

    /// Answers the visitor of a chat, as the page's form does.
    pub async fn reply(&self, conversation_id: Uuid, body: &str) -> Answer {
        let body = body.replace(' ', "+");
        let client_message_id = Uuid::new_v4();
        let form =
            format!("conversation_id={conversation_id}&client_message_id={client_message_id}&body={body}");
        self.send(Method::POST, "/r/chat/reply", Some(form)).await
    }

    /// Sends any request with the link's cookie.
    pub async fn send(&self, method: Method, path: &str, form: Option<String>) -> Answer {
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).header(COOKIE, &self.cookie);
        if let Some(form) = form {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        }
        Answer::of(request).await.expect("admin-api answers")
    }
}
