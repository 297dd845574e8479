//! SMS through Twilio.

use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use deskbell_domain::AttemptId;
use deskbell_domain::delivery::{Lookup, ProviderStatus, Rejection, SendOutcome};
use deskbell_runtime::settings::{SmsSender, TwilioAccount};
use deskbell_twilio::{
    Auth, Client, ClientSettings, Credentials, ErrorClass, ListFilter, Message, MessageStatus, NewMessage,
    SendError, Sender, http_client,
};
use url::Url;

use super::{Channel, Found, Outgoing, Sent, Sought};

/// Twilio's own daily allowance is used up (error 63038): nothing more goes out before the next day.
const DAILY_LIMIT: u32 = 63_038;
/// The status callback's address was refused (error 21609): the message is fine without it.
const BAD_CALLBACK: u32 = 21_609;
/// Messages to one number that are looked through: 4 pages of 50.
const PAGES_MAX: usize = 4;
/// Twilio's clock, which stamps a message to the second, may be this far from ours.
const CLOCK_SKEW: Duration = Duration::from_secs(120);

/// The channel of installations with an account.
#[derive(Debug)]
pub struct Sms {
    client: Client,
    sender: Sender,
    sender_name: String,
    callback_base: Option<Url>,
}

impl Sms {
    /// Prepares the client. Without a public address of this service, Twilio cannot report back: messages then stay
    /// `accepted`.
    ///
    /// # Errors
    /// When the HTTP client cannot be built, or the address is not one.
    pub fn new(account: &TwilioAccount, public_url: Option<&Url>) -> anyhow::Result<Self> {
        let auth = account.api_key.as_ref().map_or_else(
            || Auth::AuthToken(account.auth_token.clone()),
            |key| Auth::ApiKey { sid: key.sid.clone(), secret: key.secret.clone() },
        );
        let credentials = Credentials { account_sid: account.account_sid.clone(), auth };
        let settings = ClientSettings { base_url: account.api_base_url.clone(), credentials };
        let (sender, sender_name) = match &account.sender {
            SmsSender::PhoneNumber(number) => (Sender::From(number.clone()), number.clone()),
            SmsSender::MessagingService(sid) => (Sender::MessagingService(sid.clone()), sid.clone()),
        };
        let with_slash = |url: &Url| Url::parse(&format!("{}/", url.as_str().trim_end_matches('/')));
        let callback_base = public_url.map(with_slash).transpose().context("PUBLIC_NOTIFIER_URL")?;
        let client = Client::new(http_client(account.request_timeout)?, settings);
        Ok(Self { client, sender, sender_name, callback_base })
    }

    fn callback(&self, attempt_id: AttemptId) -> Option<Url> {
        self.callback_base.as_ref()?.join(&format!("twilio/status/{attempt_id}")).ok()
    }
}

#[async_trait]
impl Channel for Sms {
    fn name(&self) -> &'static str {
        "sms"
    }

    fn sender(&self) -> &str {
        &self.sender_name
    }

    async fn send(&self, text: &Outgoing<'_>) -> Sent {
        let mut message = NewMessage {
            to: text.to.to_owned(),
            sender: self.sender.clone(),
            body: text.body.to_owned(),
            status_callback: self.callback(text.attempt_id),
            validity_period_s: None,
        };
        let mut result = self.client.create_message(&message).await;
        if matches!(&result, Err(error) if error.code() == Some(BAD_CALLBACK)) {
            tracing::error!(
                "Twilio refuses the callback address: mend PUBLIC_NOTIFIER_URL, SMS go out without receipts"
            );
            message.status_callback = None;
            result = self.client.create_message(&message).await;
        }
        sent(result)
    }

    async fn look_up(&self, sought: &Sought<'_>) -> Found {
        let from = match &self.sender {
            Sender::From(number) => Some(number.clone()),
            Sender::MessagingService(_) => None,
        };
        let filter = ListFilter { to: Some(sought.to.to_owned()), from, page_size: None };
        match self.client.list_messages(&filter, PAGES_MAX).await {
            Ok(messages) => pick(&messages, sought),
            Err(error) => {
                tracing::warn!(error = %error, "Twilio's list of messages did not answer, asking again later");
                Found::nothing(Lookup::NoAnswer)
            }
        }
    }
}

fn sent(result: Result<Message, SendError>) -> Sent {
    let error = match result {
        Ok(message) => {
            let status = Some(message.status.as_str().to_owned());
            let outcome = SendOutcome::Accepted { sid: message.sid, status: status_of(&message.status) };
            return Sent { outcome, status, code: message.error_code };
        }
        Err(error) => error,
    };
    let code = error.code();
    tracing::warn!(error = %error, code, "an SMS was not accepted");
    let outcome = match error {
        SendError::NotSent { .. } => SendOutcome::NotSent,
        SendError::Ambiguous { .. } => SendOutcome::Ambiguous,
        SendError::RateLimited { code: Some(DAILY_LIMIT), .. } => {
            SendOutcome::Rejected { code, rejection: Rejection::DailyLimit }
        }
        SendError::RateLimited { retry_after, .. } => SendOutcome::RateLimited { retry_after },
        SendError::Rejected { class: ErrorClass::Ambiguous, .. } => SendOutcome::Ambiguous,
        SendError::Rejected { class: ErrorClass::Backoff | ErrorClass::Later, .. } => {
            SendOutcome::RateLimited { retry_after: None }
        }
        SendError::Rejected { class, .. } => SendOutcome::Rejected { code, rejection: rejection(class) },
    };
    Sent { outcome, status: None, code }
}

/// The kind of refusal that an error's class is.
pub(crate) const fn rejection(class: ErrorClass) -> Rejection {
    match class {
        ErrorClass::OptedOut => Rejection::OptedOut,
        ErrorClass::PermanentRecipient => Rejection::Recipient,
        ErrorClass::Config => Rejection::Configuration,
        ErrorClass::Backoff | ErrorClass::Later | ErrorClass::Ambiguous | ErrorClass::PermanentRequest => {
            Rejection::Request
        }
    }
}

/// What a status says of the delivery.
pub(crate) const fn status_of(status: &MessageStatus) -> ProviderStatus {
    match status {
        MessageStatus::Sent => ProviderStatus::Sent,
        MessageStatus::Delivered | MessageStatus::Read | MessageStatus::PartiallyDelivered => {
            ProviderStatus::Delivered
        }
        MessageStatus::Undelivered => ProviderStatus::Undelivered,
        MessageStatus::Failed | MessageStatus::Canceled => ProviderStatus::Failed,
        MessageStatus::Accepted
        | MessageStatus::Scheduled
        | MessageStatus::Queued
        | MessageStatus::Sending
        | MessageStatus::Receiving
        | MessageStatus::Received
        | MessageStatus::Other(_) => ProviderStatus::Accepted,
    }
}

/// The message whose text holds the attempt's reference and that is not older than the attempt.
fn pick(messages: &[Message], sought: &Sought<'_>) -> Found {
    let since = sought.started_at.minus(CLOCK_SKEW).as_micros();
    let own = |message: &&Message| {
        message.body.as_deref().is_some_and(|body| body.contains(sought.reference))
            && message.date_created.is_none_or(|at| at.as_microsecond() >= since)
    };
    messages.iter().find(own).map_or_else(
        || Found::nothing(Lookup::Missing),
        |message| Found {
            lookup: Lookup::Found(status_of(&message.status)),
            sid: Some(message.sid.clone()),
            status: Some(message.status.as_str().to_owned()),
            code: message.error_code,
        },
    )
}

#[cfg(test)]
mod tests;
