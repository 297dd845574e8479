//! All settings of all Deskbell processes: embedded defaults, then `deskbell.toml` (or the file named by
//! `DESKBELL_CONFIG`), then the environment.
//!
//! This is the one place that reads the environment. A key that does not exist or a value that cannot be used stops
//! the process, with a message that names each such key, where it was set and what is expected.

mod admin;
mod check;
mod error;
mod layers;
mod listeners;
mod names;
mod notifications;
mod notifier;
mod process;
mod sms_channel;
mod storage;
mod twilio;
mod values;

use serde::de::DeserializeOwned;

pub use admin::AdminSettings;
pub use error::{SettingProblem, SettingsError};
pub use layers::{SettingsFile, keys};
pub use listeners::{
    AdminApiSettings, ChatApiSettings, DemoPage, ForwardedHeader, HttpSettings, PublicSettings,
    SmsNotifierSettings,
};
pub use names::{SHORT_NAMES, environment_name};
pub use notifications::{FirstRecipients, NotificationSettings};
pub use notifier::NotifierSettings;
pub use process::{LogFormat, ProcessSettings, TelemetrySettings};
pub use sms_channel::{DryRunReason, SmsChannel, SmsSender, TwilioAccount, TwilioApiKey};
pub use storage::{BusSettings, DatabaseSettings, OutboxSettings, RetentionSettings};
pub use twilio::TwilioSettings;

use check::{Check, Section};
use layers::Layers;

const FILE_VARIABLE: &str = "DESKBELL_CONFIG";
const DEFAULT_FILE: &str = "deskbell.toml";

/// Every setting, one field per section.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Threads and time limits of the process itself.
    pub process: ProcessSettings,
    /// What is logged and how.
    pub telemetry: TelemetrySettings,
    /// The database.
    pub database: DatabaseSettings,
    /// The message broker.
    pub bus: BusSettings,
    /// How events get from the database to the broker.
    pub outbox: OutboxSettings,
    /// What all HTTP listeners share.
    pub http: HttpSettings,
    /// The addresses under which others reach the services.
    pub public: PublicSettings,
    /// The visitors' API.
    pub chat_api: ChatApiSettings,
    /// The panel's API.
    pub admin_api: AdminApiSettings,
    /// The panel's people and sessions.
    pub admin: AdminSettings,
    /// The listener for Twilio's callbacks.
    pub sms_notifier: SmsNotifierSettings,
    /// The Twilio account.
    pub twilio: TwilioSettings,
    /// Who is told about what, at the first start.
    pub notifications: NotificationSettings,
    /// How SMS are sent.
    pub notifier: NotifierSettings,
    /// How long data is kept.
    pub retention: RetentionSettings,
}

impl Settings {
    /// Reads the settings file and the process's environment.
    ///
    /// # Errors
    /// When the named file cannot be read, a key is unknown, or a value cannot be used.
    pub fn load() -> Result<Self, SettingsError> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
            })
            .collect();
        let named = environment.iter().find(|(name, _)| name == FILE_VARIABLE).map(|(_, path)| path.as_str());
        let file = read_file(named.filter(|path| !path.is_empty()))?;
        Self::from_sources(file, environment)
    }

    /// The same from given sources. Variables that are none of ours are passed over.
    ///
    /// # Errors
    /// When a key is unknown or a value cannot be used.
    pub fn from_sources(
        file: Option<SettingsFile>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut layers = Layers::defaults();
        if let Some(file) = file {
            layers.add_file(&file);
        }
        layers.add_environment(environment);
        let settings = Self::read(&mut layers);
        layers.finish()?;
        Ok(settings.expect("a section that cannot be read is a reported problem"))
    }

    fn read(layers: &mut Layers) -> Option<Self> {
        let process = section(layers, "process");
        let telemetry = section(layers, "telemetry");
        let database = section(layers, "database");
        let bus = section(layers, "bus");
        let outbox = section(layers, "outbox");
        let http = section(layers, "http");
        let public = section(layers, "public");
        let chat_api = section(layers, "chat_api");
        let admin_api = section(layers, "admin_api");
        let admin = section(layers, "admin");
        let sms_notifier = section(layers, "sms_notifier");
        let twilio = section(layers, "twilio");
        let notifications = section(layers, "notifications");
        let notifier = section(layers, "notifier");
        let retention = section(layers, "retention");
        let settings = Self {
            process: process?,
            telemetry: telemetry?,
            database: database?,
            bus: bus?,
            outbox: outbox?,
            http: http?,
            public: public?,
            chat_api: chat_api?,
            admin_api: admin_api?,
            admin: admin?,
            sms_notifier: sms_notifier?,
            twilio: twilio?,
            notifications: notifications?,
            notifier: notifier?,
            retention: retention?,
        };
        sms_channel::check(&settings, layers);
        Some(settings)
    }

    /// Checks that database and broker are servers which several processes can share.
    ///
    /// # Errors
    /// Names the setting that still points at the embedded SQLite file or the in-process bus.
    pub fn require_servers(&self) -> Result<(), SettingsError> {
        if self.database.is_sqlite() {
            return Err(SettingsError::missing(
                "database.url",
                "this service shares its database with the others and needs postgres://user:password@host/database \
                 (the process `deskbell` runs everything on SQLite)",
            ));
        }
        if self.bus.is_memory() {
            return Err(SettingsError::missing(
                "bus.url",
                "this service talks to the others through RabbitMQ and needs amqp://user:password@host:5672/%2f \
                 (the process `deskbell` runs without a broker)",
            ));
        }
        Ok(())
    }

    /// Which way SMS go: through Twilio, or into the log when there is no account or notifications are off.
    ///
    /// # Errors
    /// When only part of the credentials is there; names the missing one.
    pub fn sms_channel(&self) -> Result<SmsChannel, SettingsError> {
        sms_channel::choose(self).map_err(|missing| SettingsError::missing(missing.key, missing.detail))
    }
}

fn section<T: DeserializeOwned + Section>(layers: &mut Layers, name: &'static str) -> Option<T> {
    let section: T = layers.section(name)?;
    section.check(&mut Check::new(name, layers));
    Some(section)
}

fn read_file(named: Option<&str>) -> Result<Option<SettingsFile>, SettingsError> {
    let path = named.unwrap_or(DEFAULT_FILE);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(SettingsFile { name: path.to_owned(), text })),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::new(vec![SettingProblem {
            name: named.map_or(DEFAULT_FILE, |_| FILE_VARIABLE).to_owned(),
            origin: path.to_owned(),
            detail: format!("the settings file cannot be read: {error}"),
        }])),
    }
}
