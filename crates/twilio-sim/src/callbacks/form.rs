//! The parameters of callbacks, with one that no documentation mentions: receivers must sign it all the same.

use deskbell_domain::Timestamp;
use deskbell_twilio::MessageStatus;

use crate::journey::Step;
use crate::state::Message;

const API_VERSION: &str = "2010-04-01";

/// A field that Twilio might add tomorrow.
const UNKNOWN_FIELD: (&str, &str) = ("SimFutureField", "x y&z=1");

/// The form of a status callback.
pub(super) fn status(message: &Message, step: &Step, now: Timestamp) -> Vec<(String, String)> {
    use MessageStatus::{Delivered, Failed, Undelivered};
    let status = step.status.as_str();
    let mut form = vec![
        ("AccountSid", message.account_sid.clone()),
        ("ApiVersion", API_VERSION.to_owned()),
        ("From", message.from.clone().unwrap_or_default()),
        ("MessageSid", message.sid.clone()),
        ("MessageStatus", status.to_owned()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.to_owned()),
        ("To", message.to.clone()),
    ];
    form.extend(message.service_sid.clone().map(|sid| ("MessagingServiceSid", sid)));
    if matches!(step.status, Failed | Undelivered) {
        form.extend(step.error_code.map(|code| ("ErrorCode", code.to_string())));
    }
    if matches!(step.status, Delivered | Undelivered) {
        form.push(("RawDlrDoneDate", receipt_date(now)));
    }
    owned(form)
}

/// The form of an inbound message.
pub(crate) fn inbound(message: &Message, opt_out_type: Option<&'static str>) -> Vec<(String, String)> {
    let from_country =
        if message.from.as_deref().is_some_and(|from| from.starts_with("+1")) { "US" } else { "" };
    let mut form = vec![
        ("AccountSid", message.account_sid.clone()),
        ("ApiVersion", API_VERSION.to_owned()),
        ("Body", message.body.clone()),
        ("From", message.from.clone().unwrap_or_default()),
        ("FromCity", String::new()),
        ("FromCountry", from_country.to_owned()),
        ("FromState", String::new()),
        ("FromZip", String::new()),
        ("MessageSid", message.sid.clone()),
        ("NumMedia", "0".to_owned()),
        ("NumSegments", message.segments.to_string()),
        ("SmsMessageSid", message.sid.clone()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", "received".to_owned()),
        ("To", message.to.clone()),
    ];
    form.extend(message.service_sid.clone().map(|sid| ("MessagingServiceSid", sid)));
    form.extend(opt_out_type.map(|word| ("OptOutType", word.to_owned())));
    owned(form)
}

fn owned(form: Vec<(&str, String)>) -> Vec<(String, String)> {
    let unknown = (UNKNOWN_FIELD.0, UNKNOWN_FIELD.1.to_owned());
    form.into_iter().chain([unknown]).map(|(key, value)| (key.to_owned(), value)).collect()
}

/// `YYMMDDhhmm`
fn receipt_date(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros());
    instant.map(|at| at.strftime("%y%m%d%H%M").to_string()).unwrap_or_default()
}
