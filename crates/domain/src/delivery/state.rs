//! The states of a delivery and their order.

use std::fmt;
use std::str::FromStr;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliveryState {
    /// Waits for its turn (`next_at`).
    Ready,
    /// An attempt is committed and its request may be on the wire.
    Sending,
    /// A request was made and nobody knows whether the provider took it.
    Ambiguous,
    /// The provider took it.
    Accepted,
    /// The provider handed it to the carrier. Numbers without receipts stay here for ever.
    Sent,
    /// The carrier confirmed it.
    Delivered,
    /// The carrier refused it.
    Undelivered,
    /// It was refused for good, or never could be sent.
    Failed,
    /// Its fate could not be found out, and it was not repeated.
    Unknown,
    /// It was not to be sent, for the reason stated.
    Suppressed,
    /// The dry-run channel showed it.
    Simulated,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Ready,
        Self::Sending,
        Self::Ambiguous,
        Self::Accepted,
        Self::Sent,
        Self::Delivered,
        Self::Undelivered,
        Self::Failed,
        Self::Unknown,
        Self::Suppressed,
        Self::Simulated,
    ];

    /// The stable name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Ambiguous => "ambiguous",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
            Self::Simulated => "simulated",
        }
    }

    /// Whether this product still has work to do on it.
    pub const fn is_unsettled(self) -> bool {
        matches!(self, Self::Ready | Self::Sending | Self::Ambiguous)
    }

    /// Position in the order in which a provider's word may move it; equal or lower never replaces higher.
    ///
    /// [`DeliveryState::Unknown`] ranks lowest: a late word of the provider is welcome.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::Ready | Self::Sending | Self::Ambiguous | Self::Unknown => 0,
            Self::Accepted => 1,
            Self::Sent => 2,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Suppressed | Self::Simulated => 3,
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no state.
#[derive(Debug, thiserror::Error)]
#[error("unknown delivery state")]
pub struct DeliveryStateError;

impl FromStr for DeliveryState {
    type Err = DeliveryStateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(DeliveryStateError)
    }
}

/// Why a notice was sent once more although an earlier message for it may exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// The first one was not found within the reconciliation window; it may arrive all the same.
    PossibleDuplicate,
    /// The carrier reported a passing failure of the first one.
    AfterCarrierFailure,
}

impl Resend {
    /// The stable name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PossibleDuplicate => "possible_duplicate",
            Self::AfterCarrierFailure => "after_carrier_failure",
        }
    }
}

impl FromStr for Resend {
    type Err = DeliveryStateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::PossibleDuplicate, Self::AfterCarrierFailure]
            .into_iter()
            .find(|resend| resend.as_str() == text)
            .ok_or(DeliveryStateError)
    }
}
