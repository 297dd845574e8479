//! States and reasons in words for people.

use deskbell_domain::delivery::DeliveryState;
use serde::Serialize;
use utoipa::ToSchema;

/// How far a notice came, as people follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Waits for its turn.
    Queued,
    /// On its way to the provider, or being looked up there.
    Sending,
    /// The provider has it, or the carrier.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It did not and will not arrive.
    Failed,
    /// Nobody knows, and it was not repeated.
    Unknown,
    /// It was not to be sent.
    NotSent,
    /// There is no provider: the text stands in the log.
    Simulated,
}

impl Step {
    /// Whether nothing more is expected. A number without receipts stays `sent` for ever.
    pub(crate) const fn is_last(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending | Self::Sent)
    }
}

pub(crate) const fn step(state: DeliveryState) -> Step {
    match state {
        DeliveryState::Ready => Step::Queued,
        DeliveryState::Sending | DeliveryState::Ambiguous => Step::Sending,
        DeliveryState::Accepted | DeliveryState::Sent => Step::Sent,
        DeliveryState::Delivered => Step::Delivered,
        DeliveryState::Undelivered | DeliveryState::Failed => Step::Failed,
        DeliveryState::Unknown => Step::Unknown,
        DeliveryState::Suppressed => Step::NotSent,
        DeliveryState::Simulated => Step::Simulated,
    }
}

/// What a reason means and what can be done about it; for reasons that come without the provider's code.
pub(crate) fn of_reason(reason: &str) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        "no_recipients" => ("There is nobody to tell.", "Add a recipient."),
        "same_number" => ("Another recipient has the same number and was told.", "Nothing to do."),
        "recipient_disabled" => (
            "This recipient's number was switched off, because it opted out or cannot be texted.",
            "Correct the number, or have the recipient text START, and switch the recipient on again.",
        ),
        "switched_off" => ("Notifications are switched off.", "Switch them on in the settings."),
        "unverified" => ("The recipient's number is not verified.", "Confirm that the number is theirs."),
        "type_off" => {
            ("This type of notice is switched off.", "Switch it on in the settings or for the recipient.")
        }
        "daily_cap" => {
            ("The daily cap is reached.", "Raise daily_cap_segments in the settings, or wait until tomorrow.")
        }
        "too_old" => ("It had become too old to be worth sending.", "Nothing to do."),
        "not_sent" => {
            ("The provider could not be reached; nothing was sent.", "Nothing to do: it is tried again.")
        }
        "rate_limited" => {
            ("The provider asked to slow down.", "Nothing to do: it is sent again after a pause.")
        }
        "configuration" => (
            "The provider's account or its settings are not right.",
            "Correct them; `deskbell doctor` helps to find out what is wrong.",
        ),
        "provider_daily_limit" => {
            ("The account has reached its daily number of messages.", "Sending resumes the next day.")
        }
        "no_clear_answer" | "looking_up" | "not_found" | "interrupted" => (
            "The provider gave no clear answer; the message may have been taken.",
            "Nothing to do: it is looked up before anything is sent again.",
        ),
        _ => return None,
    })
}
