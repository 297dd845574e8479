//! What every request of this service may use.

use std::sync::Arc;
use std::time::Duration;

use deskbell_bus::Bus;
use deskbell_domain::phone::Country;
use deskbell_domain::{Clock, Timestamp};
use deskbell_http::{NetworkKey, RateLimiter};
use deskbell_runtime::Settings;
use deskbell_store::Store;
use deskbell_store::model::event::OutboxEvent;
use tokio::sync::mpsc;

use crate::passwords::Passwords;

/// Log-ins to one account in an hour, wherever they come from. Enough for a forgetful owner, and few for a guesser.
const LOGINS_PER_ACCOUNT_PER_HOUR: u32 = 60;

/// The service's state, one for all workers.
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) bus: Bus,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) outbox: mpsc::Sender<OutboxEvent>,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) site: Site,
}

impl AppState {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Until when this process alone publishes an event that it commits now.
    pub(crate) fn lease_until(&self) -> Timestamp {
        self.now().plus(self.site.publish_lease)
    }

    /// Hands a committed event to the relay. When that has its hands full, a sweeper brings it.
    pub(crate) fn publish(&self, event: OutboxEvent) {
        let _left_to_the_sweeper = self.outbox.try_send(event);
    }
}

/// How often things may be done.
pub(crate) struct Limits {
    pub(crate) requests: RateLimiter<NetworkKey>,
    pub(crate) logins_from: RateLimiter<NetworkKey>,
    pub(crate) logins_to: RateLimiter<String>,
    pub(crate) tests: RateLimiter<()>,
}

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            requests: RateLimiter::per_minute(settings.admin_api.requests_per_ip_per_minute),
            logins_from: RateLimiter::per_minute(settings.admin.logins_per_ip_per_minute),
            logins_to: RateLimiter::per_hour(LOGINS_PER_ACCOUNT_PER_HOUR),
            tests: RateLimiter::per_hour(settings.admin.test_notifications_per_hour),
        }
    }
}

/// What the settings say about this installation.
pub(crate) struct Site {
    /// Scheme, host and port of the panel, as browsers write them.
    pub(crate) origin: String,
    /// Whether the panel is reached by https.
    pub(crate) secure: bool,
    pub(crate) session_ttl: Duration,
    pub(crate) publish_lease: Duration,
    pub(crate) default_country: Country,
    /// From which age on the oldest due notice is an alarm.
    pub(crate) due_alarm: Duration,
}

impl Site {
    pub(crate) fn new(settings: &Settings) -> Self {
        let url = &settings.public.admin_url;
        Self {
            origin: url.origin().ascii_serialization(),
            secure: url.scheme() == "https",
            session_ttl: settings.admin.session_ttl(),
            publish_lease: settings.outbox.lease(),
            default_country: settings.notifications.default_country,
            due_alarm: Duration::from_millis(settings.notifier.oldest_due_alarm_ms),
        }
    }
}
