//! How often an address or a visitor may write, read and connect.

use deskbell_domain::token::TokenHash;
use deskbell_http::{NetworkKey, Problem, RateLimiter};
use deskbell_runtime::settings::ChatApiSettings;

/// How often in a minute each window of an address may connect.
const HANDSHAKES_PER_WINDOW: u32 = 6;

/// The limits of this process; each instance of the service counts for itself.
pub(crate) struct Limits {
    conversations: RateLimiter<NetworkKey>,
    messages: RateLimiter<NetworkKey>,
    reads: RateLimiter<NetworkKey>,
    handshakes: RateLimiter<NetworkKey>,
    /// By the token a request shows: whoever knows only a conversation's id cannot use up its visitor's share.
    visitor: RateLimiter<TokenHash>,
}

impl Limits {
    pub(crate) fn new(settings: &ChatApiSettings) -> Self {
        Self {
            conversations: RateLimiter::per_hour(settings.conversations_per_ip_per_hour),
            messages: RateLimiter::per_minute(settings.messages_per_ip_per_minute),
            reads: RateLimiter::per_minute(settings.reads_per_ip_per_minute),
            handshakes: RateLimiter::per_minute(handshakes_per_minute(settings)),
            visitor: RateLimiter::per_minute(settings.messages_per_visitor_per_minute),
        }
    }

    /// Counts a first message.
    pub(crate) fn count_conversation(&self, network: NetworkKey) -> Result<(), Problem> {
        self.messages.check(&network)?;
        self.conversations.check(&network)
    }

    /// Counts a page of messages.
    pub(crate) fn count_read(&self, network: NetworkKey) -> Result<(), Problem> {
        self.reads.check(&network)
    }

    /// Counts the opening of a live connection.
    pub(crate) fn count_handshake(&self, network: NetworkKey) -> Result<(), Problem> {
        self.handshakes.check(&network)
    }

    /// Counts a further message.
    pub(crate) fn count_message(&self, network: NetworkKey, visitor: TokenHash) -> Result<(), Problem> {
        self.messages.check(&network)?;
        self.visitor.check(&visitor)
    }
}

/// Enough for all of an address's windows to come back several times in a minute; none where they are not counted.
fn handshakes_per_minute(settings: &ChatApiSettings) -> u32 {
    u32::try_from(settings.live_connections_per_ip).unwrap_or(u32::MAX).saturating_mul(HANDSHAKES_PER_WINDOW)
}
