//! The HTTP client for the Messages API. Sends each request exactly once and says precisely what became of it.

mod credentials;
mod outcome;
mod reading;
mod request;
mod transport;

pub use credentials::{Auth, Credentials};
pub use outcome::{ReadError, SendError};
pub use request::{ListFilter, NewMessage, Sender};
pub use transport::{BuildError, http_client};

use secrecy::ExposeSecret as _;
use url::Url;

use crate::message::{Account, Message};

/// Where and as whom the client speaks.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// `https://api.twilio.com`, or the stand-in; a path in it is kept as a prefix.
    pub base_url: Url,
    /// Who is speaking.
    pub credentials: Credentials,
}

/// A client for the messages of one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: ClientSettings,
}

impl Client {
    /// A client that sends through `http`, which should come from [`http_client`]: another client might repeat requests.
    pub fn new(http: reqwest::Client, settings: ClientSettings) -> Self {
        Self { http, settings }
    }

    /// Asks Twilio to send a message. The request is written at most once.
    ///
    /// # Errors
    /// [`SendError`] tells whether the message was certainly not sent, refused, or may have been sent.
    pub async fn create_message(&self, message: &NewMessage) -> Result<Message, SendError> {
        let request = self.http.post(self.account_url("/Messages.json")).form(&message.to_form());
        outcome::of_create(self.authorized(request).send().await).await
    }

    /// The messages that match `filter`, following the pages up to `page_limit` of them. Twilio does not document their
    /// order, nor whether a message shows at once.
    ///
    /// # Errors
    /// [`ReadError`] when any page could not be read: an incomplete list is never returned as if it were complete,
    /// except for what lies past `page_limit`.
    pub async fn list_messages(
        &self,
        filter: &ListFilter,
        page_limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        let mut url = self.account_url("/Messages.json");
        filter.append_to(&mut url);
        let mut messages = Vec::new();
        for _ in 0..page_limit {
            let mut page: reading::Page = self.read(url).await?;
            messages.append(&mut page.messages);
            match page.next_page_uri.filter(|uri| !uri.is_empty()) {
                Some(uri) => url = reading::next_page(&self.settings.base_url, &uri)?,
                None => break,
            }
        }
        Ok(messages)
    }

    /// One message by its id, `SM…`.
    ///
    /// # Errors
    /// [`ReadError`]; an unknown id is [`ReadError::Api`] with status 404.
    pub async fn fetch_message(&self, sid: &str) -> Result<Message, ReadError> {
        let segment: String = form_urlencoded::byte_serialize(sid.as_bytes()).collect();
        self.read(self.account_url(&format!("/Messages/{segment}.json"))).await
    }

    /// The account itself: shows whether the credentials work, without sending anything.
    ///
    /// # Errors
    /// [`ReadError`]; wrong credentials are [`ReadError::Api`] with status 401.
    pub async fn fetch_account(&self) -> Result<Account, ReadError> {
        self.read(self.account_url(".json")).await
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, url: Url) -> Result<T, ReadError> {
        reading::of_read(self.authorized(self.http.get(url)).send().await).await
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let (user, password) = self.settings.credentials.basic();
        request.basic_auth(user, Some(password.expose_secret()))
    }

    fn account_url(&self, rest: &str) -> Url {
        let mut url = self.settings.base_url.clone();
        let prefix = url.path().trim_end_matches('/');
        let account: String =
            form_urlencoded::byte_serialize(self.settings.credentials.account_sid.as_bytes()).collect();
        let path = format!("{prefix}/2010-04-01/Accounts/{account}{rest}");
        url.set_path(&path);
        url.set_query(None);
        url
    }
}
