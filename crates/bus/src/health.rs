//! What readiness checks ask the bus.

/// The state of the connection to the broker, as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether there is a session with a verified topology.
    pub connected: bool,
    /// Whether the broker has stopped taking messages, for want of memory or disk, and its reason.
    pub blocked: Option<String>,
    /// Why the last session ended or could not be opened; cleared by the next one.
    pub last_error: Option<String>,
}

impl Health {
    /// Whether events can be published at this moment.
    pub const fn is_ready(&self) -> bool {
        self.connected && self.blocked.is_none()
    }
}
