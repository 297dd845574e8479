//! What is asked of Twilio.

use std::fmt;

use url::Url;

/// Most messages on one page of a list.
const PAGE_SIZE_MAX: u16 = 1_000;

/// Who a message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// One of the account's numbers, E.164.
    From(String),
    /// A Messaging Service, `MG…`, which chooses a number.
    MessagingService(String),
}

/// A message to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The recipient, E.164.
    pub to: String,
    /// Who it comes from.
    pub sender: Sender,
    /// The text, 1 to 1,600 characters.
    pub body: String,
    /// Where Twilio reports changes of its status.
    pub status_callback: Option<Url>,
    /// How long it may wait in Twilio's queue, 1 to 36,000 seconds; Twilio's default is ten hours.
    pub validity_period_s: Option<u32>,
}

impl NewMessage {
    pub(super) fn to_form(&self) -> Vec<(&'static str, String)> {
        let sender = match &self.sender {
            Sender::From(number) => ("From", number.clone()),
            Sender::MessagingService(sid) => ("MessagingServiceSid", sid.clone()),
        };
        let mut form = vec![("To", self.to.clone()), sender, ("Body", self.body.clone())];
        form.extend(self.status_callback.as_ref().map(|url| ("StatusCallback", url.to_string())));
        form.extend(self.validity_period_s.map(|seconds| ("ValidityPeriod", seconds.to_string())));
        form
    }
}

impl fmt::Debug for NewMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMessage")
            .field("sender", &self.sender)
            .field("status_callback", &self.status_callback.is_some())
            .finish_non_exhaustive()
    }
}

/// Which messages to list.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only to this number.
    pub to: Option<String>,
    /// Only from this number.
    pub from: Option<String>,
    /// Messages per page, 1 to 1,000; Twilio's default is 50.
    pub page_size: Option<u16>,
}

impl ListFilter {
    pub(super) fn append_to(&self, url: &mut Url) {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(self.to.as_ref().map(|to| ("To", to)));
        query.extend_pairs(self.from.as_ref().map(|from| ("From", from)));
        query.extend_pairs(self.page_size.map(|size| ("PageSize", size.clamp(1, PAGE_SIZE_MAX).to_string())));
    }
}

impl fmt::Debug for ListFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListFilter").field("page_size", &self.page_size).finish_non_exhaustive()
    }
}
