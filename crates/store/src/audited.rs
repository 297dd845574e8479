//! Changes by people. Each stands in one transaction with its line of the audit log: neither is there without the other.

use deskbell_domain::recipient::Recipient;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, RecipientId, Timestamp};

use crate::backend::{Store, change};
use crate::error::StoreResult;
use crate::model::admin::AuditEntry;
use crate::model::conversation::{Changed, ConversationChange};
use crate::model::event::{OutboxEvent, Quarantined};
use crate::model::link::{Link, LinkUse};
use crate::model::user::User;

/// Changes a recipient under its lock, and says what was done.
pub type EditRecipient<'a> = dyn Fn(&mut Recipient) -> AuditEntry + Send + Sync + 'a;

/// Says that a link was opened, and by whom.
pub type OpenLink<'a> = dyn Fn(&Link, &Recipient) -> AuditEntry + Send + Sync + 'a;

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecipientEdit {
    /// It is so now.
    Done(Box<Recipient>),
    /// Another recipient has the number.
    NumberTaken,
    /// There is no such recipient.
    NotFound,
}

/// New settings, with everybody who has to hear of them.
#[derive(Clone, Copy, Debug)]
pub struct SettingsChange<'a> {
    /// The settings.
    pub settings: &'a NotificationSettings,
    /// The version that they replace.
    pub version: i64,
    /// The line of the audit log.
    pub entry: &'a AuditEntry,
    /// Tells those who keep a copy.
    pub event: &'a OutboxEvent,
    /// Now.
    pub now: Timestamp,
    /// How long the event's first publication is leased.
    pub lease_until: Timestamp,
}

impl Store {
    /// Stores settings, if they are still at the given version; tells the new version.
    pub async fn change_settings(&self, change: &SettingsChange<'_>) -> StoreResult<Option<i64>> {
        change!(self, |conn, queries| queries::audited::change_settings(conn, change))
    }

    /// Writes the first settings and recipients; false when there are settings already. Of several processes that try,
    /// one does.
    pub async fn seed(
        &self,
        settings: &NotificationSettings,
        recipients: &[Recipient],
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::audited::seed(conn, settings, recipients, now))
    }

    /// Adds a recipient; false when somebody has the number already.
    pub async fn add_recipient_audited(
        &self,
        recipient: &Recipient,
        entry: &AuditEntry,
    ) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::audited::add_recipient(conn, recipient, entry))
    }

    /// Changes a recipient. A new number withdraws the links that were sent to the old one.
    pub async fn edit_recipient(
        &self,
        id: RecipientId,
        edit: &EditRecipient<'_>,
        now: Timestamp,
    ) -> StoreResult<RecipientEdit> {
        change!(self, |conn, queries| queries::audited::edit_recipient(conn, id, edit, now))
    }

    /// Removes a recipient and withdraws their links; false when there is none with this id.
    pub async fn remove_recipient(&self, id: RecipientId, entry: &AuditEntry) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::audited::remove_recipient(conn, id, entry))
    }

    /// Adds a user; false when the mail address is taken.
    pub async fn add_user_audited(&self, user: &User, entry: &AuditEntry) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::audited::add_user(conn, user, entry))
    }

    /// Sets a password's hash and ends every session of the user.
    pub async fn change_password(&self, user: &User, hash: &str, entry: &AuditEntry) -> StoreResult<()> {
        change!(self, |conn, queries| queries::audited::change_password(conn, user, hash, entry))
    }

    /// Claims, assigns, closes or reopens a conversation.
    pub async fn change_conversation_audited(
        &self,
        id: ConversationId,
        change: ConversationChange,
        entry: &AuditEntry,
    ) -> StoreResult<Changed> {
        change!(self, |conn, queries| queries::audited::change_conversation(conn, id, change, entry))
    }

    /// Spends a link for a session that lasts as long as the link would have.
    pub async fn open_link(
        &self,
        token: TokenHash,
        session: TokenHash,
        now: Timestamp,
        entry: &OpenLink<'_>,
    ) -> StoreResult<LinkUse> {
        change!(self, |conn, queries| queries::audited::open_link(conn, token, session, now, entry))
    }

    /// Withdraws all links to a conversation and ends what was opened with them; tells how many were still good.
    pub async fn shut_links(&self, id: ConversationId, entry: &AuditEntry) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::audited::shut_links(conn, id, entry))
    }

    /// Sends a message that was set aside through once more; false when somebody has done so already.
    pub async fn replay_audited(
        &self,
        message: &Quarantined,
        event: &OutboxEvent,
        entry: &AuditEntry,
    ) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::audited::replay(conn, message, event, entry))
    }

    /// Writes an event that somebody asked for.
    pub async fn write_event_audited(
        &self,
        event: &OutboxEvent,
        entry: &AuditEntry,
        lease_until: Timestamp,
    ) -> StoreResult<()> {
        change!(self, |conn, queries| queries::audited::write_event(conn, event, entry, lease_until))
    }
}
