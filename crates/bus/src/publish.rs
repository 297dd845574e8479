//! When an event counts as published.

/// The largest body that is published, in bytes. `deploy/rabbitmq` sets the broker's limit to the same number.
pub const MAX_EVENT_BODY_BYTES: usize = 1024 * 1024;

/// What the broker said about one published event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmOutcome {
    /// It was confirmed by `basic.ack`, not refused by `basic.nack`.
    pub acked: bool,
    /// It came back by `basic.return`: no queue was bound for it.
    pub returned: bool,
}

/// Why an event is not known to be in a queue. Whoever has stored it may publish it again with the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// There is no session with the broker; nothing was sent.
    #[error("not connected to the broker")]
    NotConnected,
    /// The broker takes no messages for want of memory or disk; nothing was sent.
    #[error("the broker is blocking publishers")]
    Blocked,
    /// No queue is bound for an event of this name.
    #[error("no queue takes an event of this name")]
    Unroutable,
    /// The broker said no: a queue is full, or could not store it.
    #[error("the broker refused the event")]
    Refused,
    /// No confirm arrived in time; the event may be in a queue all the same.
    #[error("the broker did not confirm the event in time")]
    Timeout,
    /// The session broke before the confirm; the event may be in a queue all the same.
    #[error("the connection was lost before the broker confirmed the event")]
    ConnectionLost,
    /// The body is longer than [`MAX_EVENT_BODY_BYTES`]; nothing was sent, and a repetition will not help.
    #[error("the event is larger than {MAX_EVENT_BODY_BYTES} bytes")]
    TooLarge,
}

impl PublishError {
    /// The label of this error in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Blocked => "blocked",
            Self::Unroutable => "unroutable",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::ConnectionLost => "connection_lost",
            Self::TooLarge => "too_large",
        }
    }
}

/// Decides whether an event is safely in a queue.
///
/// A confirm alone does not say so: an unroutable event is returned, *and then confirmed too*.
///
/// # Errors
/// [`PublishError::Unroutable`] for a returned event, [`PublishError::Refused`] for one that was not confirmed.
pub const fn verdict(outcome: ConfirmOutcome) -> Result<(), PublishError> {
    match outcome {
        ConfirmOutcome { returned: true, .. } => Err(PublishError::Unroutable),
        ConfirmOutcome { acked: false, .. } => Err(PublishError::Refused),
        ConfirmOutcome { acked: true, returned: false } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_confirm_without_a_returned_message_counts() {
        let judge = |acked, returned| verdict(ConfirmOutcome { acked, returned });
        assert_eq!(judge(true, false), Ok(()));
        assert_eq!(judge(true, true), Err(PublishError::Unroutable));
        assert_eq!(judge(false, true), Err(PublishError::Unroutable));
        assert_eq!(judge(false, false), Err(PublishError::Refused));
    }
}
