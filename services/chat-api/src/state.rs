//! What every endpoint can reach.

use std::sync::Arc;

use deskbell_bus::Bus;
use deskbell_domain::Clock;
use deskbell_store::{IngestWriter, Store};

use crate::answer_time::AnswerTime;
use crate::limits::Limits;
use crate::live::Live;
use crate::settings_watch::SettingsWatch;

/// One for the service, shared by its workers.
pub(crate) struct AppState {
    /// For reading; messages go through `ingest`.
    pub(crate) store: Store,
    /// Where messages are written.
    pub(crate) ingest: IngestWriter,
    /// For hints to live connections, never for events.
    pub(crate) bus: Bus,
    /// What the owner has decided.
    pub(crate) settings: SettingsWatch,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// How often who may do what.
    pub(crate) limits: Limits,
    /// Open chat windows.
    pub(crate) live: Live,
    /// How long a first answer takes.
    pub(crate) answer_time: AnswerTime,
}
