//! What the panel reads and changes: settings, recipients, users, sessions, links, logs.

use deskbell_domain::recipient::Recipient;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{AuditId, ConversationId, EventId, RecipientId, Timestamp, UserId};

use crate::backend::{Store, change, read};
use crate::error::StoreResult;
use crate::model::admin::{AuditEntry, VersionedSettings};
use crate::model::delivery::{Attempt, Delivery, DeliveryFilter};
use crate::model::link::{Link, LinkUse};
use crate::model::user::{Session, User};
use crate::types::Key;

impl Store {
    /// The settings in force.
    pub async fn settings(&self) -> StoreResult<VersionedSettings> {
        read!(self, |conn, queries| queries::admin::settings(conn))
    }

    /// Stores settings, if they are still at `version`; tells the new version.
    pub async fn save_settings(
        &self,
        settings: &NotificationSettings,
        version: i64,
        now: Timestamp,
    ) -> StoreResult<Option<i64>> {
        change!(self, |conn, queries| queries::admin::save_settings(conn, settings, version, now))
    }

    /// All recipients, the owner first.
    pub async fn recipients(&self) -> StoreResult<Vec<Recipient>> {
        read!(self, |conn, queries| queries::recipients::list(conn))
    }

    /// Adds a recipient; false when somebody has the number already.
    pub async fn add_recipient(&self, recipient: &Recipient) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::recipients::insert(conn, recipient))
    }

    /// Writes a recipient over; false when there is none with this id.
    pub async fn update_recipient(&self, recipient: &Recipient) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::recipients::update(conn, recipient))
    }

    /// Removes a recipient; false when there is none with this id.
    pub async fn delete_recipient(&self, id: RecipientId) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::recipients::delete(conn, id))
    }

    /// Notes that the holder of a number wants no more texts, or wants them again.
    pub async fn set_opted_out(&self, phone: &str, opted_out: bool) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::recipients::set_opted_out(conn, phone, opted_out))
    }

    /// How many users there are.
    pub async fn count_users(&self) -> StoreResult<i64> {
        read!(self, |conn, queries| queries::users::count(conn))
    }

    /// Adds a user; false when the mail address is taken.
    pub async fn add_user(&self, user: &User) -> StoreResult<bool> {
        change!(self, |conn, queries| queries::users::insert(conn, user))
    }

    /// Users, the first one first.
    pub async fn users(&self, limit: i64) -> StoreResult<Vec<User>> {
        read!(self, |conn, queries| queries::users::list(conn, limit))
    }

    /// The user with a mail address (in lower case).
    pub async fn user_by_email(&self, email: &str) -> StoreResult<Option<User>> {
        read!(self, |conn, queries| queries::users::by_email(conn, email))
    }

    /// A user.
    pub async fn user(&self, id: UserId) -> StoreResult<Option<User>> {
        read!(self, |conn, queries| queries::users::by_id(conn, id))
    }

    /// Sets a password's hash and ends every session of the user.
    pub async fn set_password(&self, id: UserId, hash: &str) -> StoreResult<()> {
        change!(self, |conn, queries| queries::users::set_password(conn, id, hash))
    }

    /// Begins a session.
    pub async fn add_session(&self, token: TokenHash, session: &Session) -> StoreResult<()> {
        change!(self, |conn, queries| queries::users::insert_session(conn, token, session))
    }

    /// A session that is still good, with its user if it has one.
    pub async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> StoreResult<Option<(Session, Option<User>)>> {
        read!(self, |conn, queries| queries::users::session(conn, token, now))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: TokenHash) -> StoreResult<()> {
        change!(self, |conn, queries| queries::users::delete_session(conn, token)).map(|_| ())
    }

    /// Forgets sessions that ended before an instant.
    pub async fn forget_sessions(&self, before: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::users::forget_sessions(conn, before))
    }

    /// A link, without using it.
    pub async fn peek_link(&self, token: TokenHash) -> StoreResult<Option<Link>> {
        read!(self, |conn, queries| queries::links::peek(conn, token))
    }

    /// Uses a link up.
    pub async fn spend_link(&self, token: TokenHash, now: Timestamp) -> StoreResult<LinkUse> {
        change!(self, |conn, queries| queries::links::spend(conn, token, now))
    }

    /// Withdraws all links to a conversation.
    pub async fn revoke_links(&self, id: ConversationId, now: Timestamp) -> StoreResult<usize> {
        change!(self, |conn, queries| queries::links::revoke(conn, id, now))
    }

    /// The log of deliveries, newest first.
    pub async fn deliveries(&self, filter: &DeliveryFilter, limit: i64) -> StoreResult<Vec<Delivery>> {
        read!(self, |conn, queries| queries::deliveries::list(conn, filter, limit))
    }

    /// What was planned about a conversation, oldest first.
    pub async fn deliveries_of(&self, id: ConversationId, limit: i64) -> StoreResult<Vec<Delivery>> {
        read!(self, |conn, queries| queries::deliveries::of_conversation(conn, id, limit))
    }

    /// The attempts of deliveries, in the order of deliveries and attempts.
    pub async fn attempts_of(&self, deliveries: &[Delivery]) -> StoreResult<Vec<Attempt>> {
        let ids: Vec<Key> = deliveries.iter().map(|delivery| delivery.id.into()).collect();
        read!(self, |conn, queries| queries::deliveries::attempts_of(conn, &ids))
    }

    /// Writes a line of the audit log.
    pub async fn audit(&self, entry: &AuditEntry) -> StoreResult<()> {
        change!(self, |conn, queries| queries::admin::write_audit(conn, entry))
    }

    /// The audit log, newest first.
    pub async fn audit_log(&self, before: Option<AuditId>, limit: i64) -> StoreResult<Vec<AuditEntry>> {
        read!(self, |conn, queries| queries::admin::audit_log(conn, before, limit))
    }

    /// What was done to one thing, oldest first.
    pub async fn audit_of(&self, target: &str, limit: i64) -> StoreResult<Vec<AuditEntry>> {
        read!(self, |conn, queries| queries::admin::audit_of(conn, target, limit))
    }

    /// Lets a session that is in use live longer.
    pub async fn extend_session(&self, token: TokenHash, until: Timestamp) -> StoreResult<()> {
        change!(self, |conn, queries| queries::users::extend_session(conn, token, until)).map(|_| ())
    }

    /// What was planned for an event.
    pub async fn deliveries_for(&self, event: EventId, limit: i64) -> StoreResult<Vec<Delivery>> {
        read!(self, |conn, queries| queries::deliveries::of_event(conn, event, limit))
    }
}
