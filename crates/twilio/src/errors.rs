//! What Twilio's error codes mean for the sender and for the operator.
//!
//! Codes are the only stable part of an error: Twilio changes the wording, so nothing here reads it.

mod table;

/// What the sender should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// Never processed: repeat after a pause.
    Backoff,
    /// Not now: repeat much later, or tell the next person.
    Later,
    /// May have been processed: find out before anything is repeated.
    Ambiguous,
    /// The recipient wants no messages.
    OptedOut,
    /// This recipient can never be reached at this number.
    PermanentRecipient,
    /// This request can never succeed; others may.
    PermanentRequest,
    /// Nothing succeeds before the operator mends a setting or the account.
    Config,
}

impl ErrorClass {
    /// A stable name for logs, metrics and storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backoff => "ok_backoff",
            Self::Later => "later",
            Self::Ambiguous => "ambiguous",
            Self::OptedOut => "opted_out",
            Self::PermanentRecipient => "permanent_recipient",
            Self::PermanentRequest => "permanent_request",
            Self::Config => "config",
        }
    }
}

/// When an error was reported, which decides about codes that are not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// In the answer to the request, with this HTTP status.
    Create {
        /// The answer's HTTP status.
        status: u16,
    },
    /// Later, in a status callback or a fetched message: the message was accepted and then failed.
    Delivery,
}

/// An error in words for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, one sentence.
    pub title: &'static str,
    /// What the operator can do about it.
    pub mend: &'static str,
    /// What the sender does about it.
    pub class: ErrorClass,
}

/// Explains a code of a status callback or a fetched message; see [`explain_in`] for answers to requests.
pub fn explain(code: u32) -> Explanation {
    explain_in(Some(code), Phase::Delivery)
}

/// Explains an error by its code or, where that is absent or unknown, by the phase in which it came.
pub fn explain_in(code: Option<u32>, phase: Phase) -> Explanation {
    let known = code.and_then(|code| {
        let index = table::TABLE.binary_search_by_key(&code, |row| row.code).ok()?;
        table::TABLE.get(index)
    });
    match (known, phase) {
        (Some(row), _) => Explanation { title: row.title, mend: row.mend, class: row.class },
        (None, Phase::Create { status }) => unknown_at_create(status),
        (None, Phase::Delivery) => Explanation {
            title: "The message failed after Twilio had taken it.",
            mend: "Look the error code up at www.twilio.com/docs/api/errors.",
            class: ErrorClass::PermanentRequest,
        },
    }
}

fn unknown_at_create(status: u16) -> Explanation {
    let (title, mend, class) = match status {
        401 | 403 | 404 | 407 => (
            "Twilio refused access.",
            "Check the account SID, the credentials and the API base URL in the settings.",
            ErrorClass::Config,
        ),
        429 => (
            "Twilio asked to slow down.",
            "Nothing to do: it is sent again after a pause.",
            ErrorClass::Backoff,
        ),
        400..=499 if status != 408 => (
            "Twilio refused the request.",
            "Look the error code up at www.twilio.com/docs/api/errors.",
            ErrorClass::PermanentRequest,
        ),
        _ => (
            "Twilio gave no clear answer; the message may have been taken.",
            "Nothing to do: the message is looked up before anything is sent again.",
            ErrorClass::Ambiguous,
        ),
    };
    Explanation { title, mend, class }
}
