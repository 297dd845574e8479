//! Messages in the API's JSON: which fields are strings, which are numbers, and what is null when.

use deskbell_domain::Timestamp;
use serde::Serialize;

use super::ROOT;
use crate::state::{Direction, Message};

/// What one segment costs, in hundred-thousandths of a dollar.
const PRICE_PER_SEGMENT: u64 = 750;

/// A message as the API shows it.
#[derive(Serialize)]
pub(super) struct MessageView<'a> {
    account_sid: &'a str,
    api_version: &'static str,
    body: &'a str,
    date_created: String,
    date_updated: String,
    date_sent: Option<String>,
    direction: &'static str,
    error_code: Option<u32>,
    error_message: Option<&'static str>,
    from: Option<&'a str>,
    messaging_service_sid: Option<&'a str>,
    num_media: &'static str,
    num_segments: String,
    price: Option<String>,
    price_unit: &'static str,
    sid: &'a str,
    status: &'a str,
    subresource_uris: SubresourceUris,
    to: &'a str,
    uri: String,
}

#[derive(Serialize)]
struct SubresourceUris {
    media: String,
    feedback: String,
}

impl<'a> MessageView<'a> {
    /// The message as it stands now.
    pub(super) fn now(message: &'a Message) -> Self {
        let step = message.step();
        Self::at(message, step, message.updated_at(), message.sent_at())
    }

    /// The message as the answer to its creation shows it, however late that answer is.
    pub(super) fn created(message: &'a Message) -> Self {
        Self::at(message, message.journey.first(), message.created_at, None)
    }

    fn at(
        message: &'a Message,
        step: &'a crate::journey::Step,
        updated_at: Timestamp,
        sent_at: Option<Timestamp>,
    ) -> Self {
        let base = format!("{ROOT}/Accounts/{}/Messages/{}", message.account_sid, message.sid);
        // A Messaging Service chooses sender and segments after the message was accepted.
        let undecided =
            matches!(step.status.as_str(), "accepted" | "scheduled") && message.service_sid.is_some();
        let price = PRICE_PER_SEGMENT * u64::from(message.segments);
        let priced = message.direction == Direction::Inbound || sent_at.is_some();
        Self {
            account_sid: &message.account_sid,
            api_version: "2010-04-01",
            body: &message.body,
            date_created: rfc_2822(message.created_at),
            date_updated: rfc_2822(updated_at),
            date_sent: sent_at.map(rfc_2822),
            direction: message.direction.as_str(),
            error_code: step.error_code,
            error_message: step.error_code.map(|code| deskbell_twilio::explain(code).title),
            from: message.from.as_deref().filter(|_| !undecided),
            messaging_service_sid: message.service_sid.as_deref(),
            num_media: "0",
            num_segments: if undecided { "0".to_owned() } else { message.segments.to_string() },
            price: priced.then(|| format!("-{}.{:05}", price / 100_000, price % 100_000)),
            price_unit: "USD",
            sid: &message.sid,
            status: step.status.as_str(),
            subresource_uris: SubresourceUris {
                media: format!("{base}/Media.json"),
                feedback: format!("{base}/Feedback.json"),
            },
            to: &message.to,
            uri: format!("{base}.json"),
        }
    }
}

/// `Mon, 23 Nov 2026 09:46:00 +0000`: to the second, as Twilio has it.
fn rfc_2822(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .map(|at| at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
        .expect("a clock shows a year that has four digits")
}
