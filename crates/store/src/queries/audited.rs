//! Changes by people, each in one transaction with its line of the audit log.

use deskbell_domain::recipient::Recipient;
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ConversationId, RecipientId, Timestamp};
use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};

use super::{Conn, admin, chats, events, links, recipients, users};
use crate::audited::{EditRecipient, OpenLink, RecipientEdit, SettingsChange};
use crate::model::admin::AuditEntry;
use crate::model::conversation::{Changed, ConversationChange};
use crate::model::event::{OutboxEvent, Quarantined};
use crate::model::link::LinkUse;
use crate::model::user::{Session, User};

pub(crate) async fn change_settings(
    conn: &mut Conn,
    change: &SettingsChange<'_>,
) -> QueryResult<Option<i64>> {
    in_transaction!(conn, async |conn| {
        let saved = admin::save_settings(conn, change.settings, change.version, change.now).await?;
        if saved.is_some() {
            admin::write_audit(conn, change.entry).await?;
            events::insert_outbox(conn, change.event, change.now, change.lease_until).await?;
        }
        Ok(saved)
    })
    .await
}

/// The first content of the database; false when there are settings already.
pub(crate) async fn seed(
    conn: &mut Conn,
    settings: &NotificationSettings,
    people: &[Recipient],
    now: Timestamp,
) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| {
        if admin::save_settings(conn, settings, 0, now).await?.is_none() {
            return Ok(false);
        }
        for person in people {
            recipients::insert(conn, person).await?;
        }
        Ok(true)
    })
    .await
}

pub(crate) async fn add_recipient(
    conn: &mut Conn,
    recipient: &Recipient,
    entry: &AuditEntry,
) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| {
        let added = recipients::insert(conn, recipient).await?;
        if added {
            admin::write_audit(conn, entry).await?;
        }
        Ok(added)
    })
    .await
}

pub(crate) async fn edit_recipient(
    conn: &mut Conn,
    id: RecipientId,
    edit: &EditRecipient<'_>,
    now: Timestamp,
) -> QueryResult<RecipientEdit> {
    let edited = in_transaction!(conn, async |conn| {
        let Some(mut recipient) = recipients::lock(conn, id).await? else {
            return Ok(RecipientEdit::NotFound);
        };
        let phone = recipient.phone.clone();
        let entry = edit(&mut recipient);
        recipients::update(conn, &recipient).await?;
        if recipient.phone != phone {
            links::revoke_of_recipient(conn, id, now).await?;
        }
        admin::write_audit(conn, &entry).await?;
        Ok(RecipientEdit::Done(Box::new(recipient)))
    })
    .await;
    match edited {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(RecipientEdit::NumberTaken),
        other => other,
    }
}

pub(crate) async fn remove_recipient(
    conn: &mut Conn,
    id: RecipientId,
    entry: &AuditEntry,
) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| {
        if !recipients::delete(conn, id).await? {
            return Ok(false);
        }
        links::revoke_of_recipient(conn, id, entry.at).await?;
        admin::write_audit(conn, entry).await?;
        Ok(true)
    })
    .await
}

pub(crate) async fn add_user(conn: &mut Conn, user: &User, entry: &AuditEntry) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| {
        let added = users::insert(conn, user).await?;
        if added {
            admin::write_audit(conn, entry).await?;
        }
        Ok(added)
    })
    .await
}

pub(crate) async fn change_password(
    conn: &mut Conn,
    user: &User,
    hash: &str,
    entry: &AuditEntry,
) -> QueryResult<()> {
    in_transaction!(conn, async |conn| {
        users::set_password_held(conn, user.id, hash).await?;
        admin::write_audit(conn, entry).await
    })
    .await
}

pub(crate) async fn change_conversation(
    conn: &mut Conn,
    id: ConversationId,
    change: ConversationChange,
    entry: &AuditEntry,
) -> QueryResult<Changed> {
    in_transaction!(conn, async |conn| {
        let changed = chats::change_held(conn, id, change, entry.at).await?;
        if matches!(changed, Changed::Done(_)) {
            admin::write_audit(conn, entry).await?;
        }
        Ok(changed)
    })
    .await
}

/// Spends a link for a session; a recipient who has been removed since has no use of it.
pub(crate) async fn open_link(
    conn: &mut Conn,
    token: TokenHash,
    session: TokenHash,
    now: Timestamp,
    entry: &OpenLink<'_>,
) -> QueryResult<LinkUse> {
    in_transaction!(conn, async |conn| {
        // The recipient is locked before the link, as by those who change or remove a recipient.
        let Some(known) = links::peek(conn, token).await? else { return Ok(LinkUse::Unknown) };
        let recipient = recipients::lock(conn, known.recipient_id).await?;
        let used = links::spend_held(conn, token, now).await?;
        let LinkUse::Spent(link) = used else { return Ok(used) };
        let Some(recipient) = recipient else { return Ok(LinkUse::Revoked) };
        let opened = Session {
            user_id: None,
            conversation_id: Some(link.conversation_id),
            recipient_id: Some(link.recipient_id),
            created_at: now,
            expires_at: link.expires_at,
        };
        users::insert_session(conn, session, &opened).await?;
        admin::write_audit(conn, &entry(&link, &recipient)).await?;
        Ok(LinkUse::Spent(link))
    })
    .await
}

pub(crate) async fn shut_links(
    conn: &mut Conn,
    id: ConversationId,
    entry: &AuditEntry,
) -> QueryResult<usize> {
    in_transaction!(conn, async |conn| {
        let shut = links::shut(conn, id, entry.at).await?;
        admin::write_audit(conn, entry).await?;
        Ok(shut)
    })
    .await
}

pub(crate) async fn replay(
    conn: &mut Conn,
    message: &Quarantined,
    event: &OutboxEvent,
    entry: &AuditEntry,
) -> QueryResult<bool> {
    in_transaction!(conn, async |conn| {
        let replayed = events::replay_held(conn, message, event, entry.at).await?;
        if replayed {
            admin::write_audit(conn, entry).await?;
        }
        Ok(replayed)
    })
    .await
}

pub(crate) async fn write_event(
    conn: &mut Conn,
    event: &OutboxEvent,
    entry: &AuditEntry,
    lease_until: Timestamp,
) -> QueryResult<()> {
    in_transaction!(conn, async |conn| {
        events::insert_outbox(conn, event, entry.at, lease_until).await?;
        admin::write_audit(conn, entry).await
    })
    .await
}
