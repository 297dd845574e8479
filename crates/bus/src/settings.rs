//! How the bus is reached and bounded.

use std::fmt;
use std::time::Duration;

use lapin::uri::AMQPUri;
use url::Url;

/// Settings of the bus; [`BusSettings::new`] has sensible values for all but the first two.
#[derive(Clone)]
pub struct BusSettings {
    /// `amqp://user:password@host:port/vhost`, the same with `amqps`, or `memory:` for a bus within the process.
    pub url: String,
    /// How this process is called in the broker's list of connections.
    pub connection_name: String,
    /// What this process needs to find on the broker.
    pub role: Role,
    /// How many deliveries a consumer may hold unsettled.
    pub prefetch: u16,
    /// How long a publish waits for its confirm.
    pub publish_timeout: Duration,
    /// How many publishes may be under way at once; more wait for their turn.
    pub publish_concurrency: u16,
    /// How long opening a session may take.
    pub connect_timeout: Duration,
    /// How long a delivery is held back at its first retry; doubles with each further one.
    pub retry_delay_min: Duration,
    /// How long a delivery is held back at most.
    pub retry_delay_max: Duration,
    /// How many hints a slow receiver may lag behind before it misses some.
    pub hint_capacity: usize,
    /// How many events the bus within the process holds, settled ones excepted; beyond it publishes are refused.
    pub memory_capacity: usize,
    /// A certificate authority in PEM that is trusted for `amqps` in addition to those of the system.
    pub tls_ca_pem: Option<String>,
}

/// What a process does on the bus, hence what must be there.
///
/// Every process declares the whole topology where its broker user may; where the user may not, it is enough that the
/// things of its role exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Publishes events and exchanges hints.
    Publisher,
    /// Consumes events as well.
    Consumer,
    /// Exchanges hints only.
    LiveOnly,
}

impl BusSettings {
    /// Defaults for a bus at `url`, in a process that publishes and consumes.
    pub fn new(url: impl Into<String>, connection_name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connection_name: connection_name.into(),
            role: Role::Consumer,
            prefetch: 64,
            publish_timeout: Duration::from_secs(5),
            publish_concurrency: 256,
            connect_timeout: Duration::from_secs(10),
            retry_delay_min: Duration::from_millis(100),
            retry_delay_max: Duration::from_secs(30),
            hint_capacity: 1024,
            memory_capacity: 10_000,
            tls_ca_pem: None,
        }
    }

    /// The same for a process of another role.
    #[must_use]
    pub const fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Checks the settings without opening anything.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting.
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.endpoint().map(drop)
    }

    pub(crate) fn endpoint(&self) -> Result<Endpoint, SettingsError> {
        // The URL holds a password, so no error repeats it.
        let url = Url::parse(&self.url).map_err(|_| SettingsError::InvalidUrl)?;
        match url.scheme() {
            "memory" => Ok(Endpoint::Memory),
            "amqp" | "amqps" => self
                .url
                .parse()
                .map(|uri| Endpoint::Rabbit(Box::new(uri)))
                .map_err(|_| SettingsError::InvalidUrl),
            scheme => Err(SettingsError::UnknownScheme(scheme.to_owned())),
        }
    }
}

impl fmt::Debug for BusSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusSettings")
            .field("url", &"[redacted]")
            .field("connection_name", &self.connection_name)
            .field("role", &self.role)
            .field("prefetch", &self.prefetch)
            .field("publish_timeout", &self.publish_timeout)
            .field("publish_concurrency", &self.publish_concurrency)
            .finish_non_exhaustive()
    }
}

/// Which of the closed set of buses a URL means.
#[derive(Debug, Clone)]
pub(crate) enum Endpoint {
    Memory,
    Rabbit(Box<AMQPUri>),
}

/// The settings describe no bus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not a URL, or one that lacks something.
    #[error("AMQP_URL is not a valid URL; it looks like amqp://user:password@host:5672/vhost or memory:")]
    InvalidUrl,
    /// A URL of some other kind of server.
    #[error("AMQP_URL has the unknown scheme `{0}`; use amqp, amqps or memory")]
    UnknownScheme(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<(), SettingsError> {
        BusSettings::new(url, "test").validate()
    }

    #[test]
    fn the_three_schemes_are_known() {
        for url in ["memory:", "amqp://guest:guest@localhost", "amqps://u:p@broker.example:5671/deskbell"] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_setting_and_hides_the_url() {
        assert_eq!(check("kafka://u:secret@x"), Err(SettingsError::UnknownScheme("kafka".into())));
        for url in ["", "localhost", "amqp://u:secret@host:notaport/", "//u:secret@host"] {
            let error = check(url).unwrap_err();
            assert_eq!(error, SettingsError::InvalidUrl, "{url}");
            assert!(error.to_string().contains("AMQP_URL") && !error.to_string().contains("secret"));
        }
    }

    #[test]
    fn debug_output_shows_no_password() {
        let shown = format!("{:?}", BusSettings::new("amqp://u:secret@host", "test"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
