//! What Twilio posts to us: status callbacks and inbound SMS, both as forms.
//!
//! Parses only; the signature must have been checked over the same parameters before ([`crate::signature`]). Unknown
//! fields are ignored, because Twilio adds fields without notice.

use std::collections::HashMap;
use std::fmt;

use crate::message::MessageStatus;

/// Most media attachments that are read from one inbound message (Twilio's own limit).
const MEDIA_MAX: usize = 10;

/// A form that lacks what makes it a callback.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the callback has no {field}")]
pub struct CallbackError {
    /// The parameter that is missing or empty.
    pub field: &'static str,
}

/// Decodes a form body into its parameters, in their order: what [`crate::signature::validate`] and the parsers take.
pub fn parse_form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// A change of a message's status. There is none for the initial status, and they may arrive in any order, repeated,
/// or before the answer to the request that created the message.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusCallback {
    /// The message, `SM…`.
    pub message_sid: String,
    /// The account, `AC…`.
    pub account_sid: Option<String>,
    /// The new status.
    pub status: MessageStatus,
    /// Why, on `failed` and `undelivered`; see [`crate::explain`].
    pub error_code: Option<u32>,
    /// The recipient, E.164.
    pub to: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// The carrier's receipt time, `YYMMDDhhmm`, as received.
    pub raw_dlr_done_date: Option<String>,
}

impl StatusCallback {
    /// Reads a status callback from its form parameters.
    ///
    /// # Errors
    /// When the message's id or its status is missing.
    pub fn parse(params: &[(String, String)]) -> Result<Self, CallbackError> {
        let fields = Fields::new(params);
        let status = fields.get("MessageStatus").or_else(|| fields.get("SmsStatus"));
        Ok(Self {
            message_sid: fields.message_sid()?,
            account_sid: fields.owned("AccountSid"),
            status: status.map(MessageStatus::from).ok_or(CallbackError { field: "MessageStatus" })?,
            error_code: fields.get("ErrorCode").and_then(|code| code.parse().ok()).filter(|code| *code != 0),
            to: fields.owned("To"),
            from: fields.owned("From"),
            raw_dlr_done_date: fields.owned("RawDlrDoneDate"),
        })
    }
}

impl fmt::Debug for StatusCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCallback")
            .field("message_sid", &self.message_sid)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

/// What Twilio's Advanced Opt-Out recognised in an inbound message, and has answered itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptOutType {
    /// The person wants no more messages.
    Stop,
    /// The person wants messages again.
    Start,
    /// The person asked for help.
    Help,
}

/// An SMS that somebody sent to one of our numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The message, `SM…` or `MM…`.
    pub message_sid: String,
    /// The account, `AC…`.
    pub account_sid: Option<String>,
    /// The Messaging Service that received it.
    pub messaging_service_sid: Option<String>,
    /// Who sent it, E.164.
    pub from: String,
    /// Our number.
    pub to: String,
    /// The text, untrimmed; may be empty.
    pub body: String,
    /// Set only when the account uses Advanced Opt-Out; [`InboundMessage::opt_out_word`] knows the standard words.
    pub opt_out_type: Option<OptOutType>,
    /// Attachments: URL and media type.
    pub media: Vec<(String, String)>,
}

impl InboundMessage {
    /// Reads an inbound message from its form parameters.
    ///
    /// # Errors
    /// When the message's id, its sender or its recipient is missing.
    pub fn parse(params: &[(String, String)]) -> Result<Self, CallbackError> {
        let fields = Fields::new(params);
        let required = |field| fields.owned(field).ok_or(CallbackError { field });
        Ok(Self {
            message_sid: fields.message_sid()?,
            account_sid: fields.owned("AccountSid"),
            messaging_service_sid: fields.owned("MessagingServiceSid"),
            from: required("From")?,
            to: required("To")?,
            body: fields.owned("Body").unwrap_or_default(),
            opt_out_type: fields.get("OptOutType").and_then(opt_out_type),
            media: fields.media(),
        })
    }

    /// What the message asks for, by Advanced Opt-Out's verdict or else by Twilio's standard words (the whole message,
    /// whatever its case).
    pub fn opt_out_word(&self) -> Option<OptOutType> {
        self.opt_out_type.or_else(|| match self.body.trim().to_ascii_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "END" | "QUIT" | "CANCEL" | "REVOKE" | "OPTOUT" => {
                Some(OptOutType::Stop)
            }
            "START" | "YES" | "UNSTOP" => Some(OptOutType::Start),
            "HELP" | "INFO" => Some(OptOutType::Help),
            _ => None,
        })
    }
}

impl fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundMessage")
            .field("message_sid", &self.message_sid)
            .field("opt_out_type", &self.opt_out_type)
            .finish_non_exhaustive()
    }
}

fn opt_out_type(name: &str) -> Option<OptOutType> {
    match name {
        "STOP" => Some(OptOutType::Stop),
        "START" => Some(OptOutType::Start),
        "HELP" => Some(OptOutType::Help),
        _ => None,
    }
}

/// A form's parameters by name; of repeated names the first counts.
struct Fields<'a>(HashMap<&'a str, &'a str>);

impl<'a> Fields<'a> {
    fn new(params: &'a [(String, String)]) -> Self {
        let mut fields = HashMap::with_capacity(params.len());
        for (key, value) in params {
            fields.entry(&**key).or_insert(&**value);
        }
        Self(fields)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied().filter(|value| !value.is_empty())
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    fn message_sid(&self) -> Result<String, CallbackError> {
        let sid = self.get("MessageSid").or_else(|| self.get("SmsSid"));
        sid.map(str::to_owned).ok_or(CallbackError { field: "MessageSid" })
    }

    fn media(&self) -> Vec<(String, String)> {
        let count = self.get("NumMedia").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
        (0..count.min(MEDIA_MAX))
            .filter_map(|index| {
                let url = self.owned(&format!("MediaUrl{index}"))?;
                Some((url, self.owned(&format!("MediaContentType{index}")).unwrap_or_default()))
            })
            .collect()
    }
}
