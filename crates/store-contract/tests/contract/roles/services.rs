//! What each service asks of the store, as the database's user that it is.

use std::time::Duration;

use deskbell_domain::conversation::Author;
use deskbell_domain::delivery::SendOutcome;
use deskbell_domain::recipient::Recipient;
use deskbell_domain::recipient::RecipientRole::{Manager, Owner};
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{EventId, QuarantineId};
use deskbell_store::model::admin::AuditEntry;
use deskbell_store::model::conversation::{Changed, ConversationChange, ConversationFilter, Replied};
use deskbell_store::model::delivery::DeliveryFilter;
use deskbell_store::model::event::Quarantined;
use deskbell_store::model::link::LinkUse;
use deskbell_store::model::user::Session;
use deskbell_store::{AppendMessage, RecipientEdit, SettingsChange, StartConversation, Store, StoreOptions};

use super::{database, url_of};
use crate::audited;
use crate::claims::{SENDER, claimed, link_hash};
use crate::db::Db;
use crate::drafts::{
    NEW_CHAT, any_hash, append, append_again, created, delivery, event, planned, planned_many, recipient,
    repeated, reply, start, start_again, started, urgent_append, user,
};
use crate::transitions::{accepted, answer};

/// The database as a service sees it; what others do in the meantime, `owner` does.
async fn seen_by(role: &str) -> (Db, Store) {
    let mut db = database().await;
    let service = Store::open(&StoreOptions::new(url_of(&db, role))).unwrap();
    let owner = std::mem::replace(&mut db.store, service);
    db.store.check_schema().await.unwrap();
    db.store.ping().await.unwrap();
    (db, owner)
}

/// What chat-api and admin-api do with the outbox.
async fn relays(db: &Db) {
    let store = &db.store;
    for event in store.take_outbox(db.in_s(60), db.in_s(90), 100).await.unwrap() {
        store.release_outbox(&[event.id], db.now()).await.unwrap();
        store.mark_published(&[event.id], db.now()).await.unwrap();
    }
    db.advance_s(600);
    assert!(store.republish_unrecorded(Duration::from_secs(60), db.now()).await.unwrap() > 0);
    store.forget_events(db.now(), db.now()).await.unwrap();
}

#[tokio::test]
async fn chat_api_can_do_its_work() {
    let (db, _) = seen_by("chat_api").await;
    let store = &db.store;
    assert_eq!(store.settings().await.unwrap().version, 0);
    let chat = StartConversation { unassigned_due_at: Some(db.in_s(60)), ..start(&db, "Hello") };
    created(store.start_conversation(chat.clone()).await);
    repeated(store.start_conversation(start_again(&db.clock, &chat)).await);
    let message = AppendMessage { unassigned_due_at: Some(db.in_s(60)), ..urgent_append(&db, &chat, "Help") };
    created(store.append_message(message.clone()).await);
    repeated(store.append_message(append_again(&db, &message)).await);
    created(store.append_message(append(&db, &chat, "more")).await);
    assert!(store.visitor_may_read(chat.conversation_id, chat.token_hash).await.unwrap());
    assert_eq!(store.messages(chat.conversation_id, 0, 10).await.unwrap().messages.len(), 3);
    assert!(store.conversation(chat.conversation_id).await.unwrap().is_some());
    assert!(store.live_view(chat.conversation_id, chat.token_hash).await.unwrap().is_some());
    assert_eq!(store.live_views(&[chat.conversation_id]).await.unwrap().len(), 1);
    assert!(store.mark_seen(chat.conversation_id, Author::Visitor, 1).await.unwrap());
    assert_eq!(store.first_answers(db.now(), 10).await.unwrap(), []);
    store.epoch().await.unwrap();
    db.advance_s(60);
    let raised = store
        .raise_unassigned(db.now(), db.in_s(30), 10, &|_, _, _| (Some(event(&db, "unassigned_chat")), None))
        .await
        .unwrap();
    assert_eq!(raised.len(), 1);
    relays(&db).await;
}

#[tokio::test]
async fn sms_notifier_can_do_its_work() {
    let (db, owner) = seen_by("sms_notifier").await;
    let store = &db.store;
    let person = recipient(&db, Owner, 1);
    owner.add_recipient(&person).await.unwrap();
    let event_id = EventId::mint(&db.clock);
    planned(&db, vec![delivery(&db, event_id, &person, NEW_CHAT)]).await;
    planned_many(&db, &person, NEW_CHAT, 3).await;
    assert!(store.next_due_at(db.now(), false).await.unwrap().is_some());
    let attempts = claimed(&db).await;
    assert_eq!(attempts.len(), 4);
    let [taken, unclear, refused, lost] = [0, 1, 2, 3].map(|number: usize| attempts[number].attempt_id);
    let opted_out = deskbell_domain::delivery::Rejection::OptedOut;
    let changes = [
        accepted(&db, taken),
        answer(&db, unclear, SendOutcome::Ambiguous),
        answer(&db, refused, SendOutcome::Rejected { code: Some(21_610), rejection: opted_out }),
    ];
    store.apply(SENDER, &changes).await.unwrap();
    db.advance_s(30);
    assert_eq!(store.lost_attempts(db.now(), 10).await.unwrap(), [lost]);
    assert_eq!(store.take_ambiguous(db.now(), db.in_s(10), 10).await.unwrap().len(), 1);
    assert!(store.attempt(taken).await.unwrap().is_some());
    assert_eq!(store.notice_health(db.now()).await.unwrap().unsettled, 2);
    store.budget(SENDER).await.unwrap();
    assert!(store.set_opted_out(person.phone.as_e164(), true).await.unwrap());
    assert!(store.set_opted_out(person.phone.as_e164(), false).await.unwrap());
    store.quarantine("notifier", &quarantined(&db)).await.unwrap();
}

fn quarantined(db: &Db) -> Quarantined {
    Quarantined {
        id: QuarantineId::mint(&db.clock),
        received_at: db.now(),
        event_id: Some(EventId::mint(&db.clock)),
        name: "new_chat".to_owned(),
        reason: "unreadable".to_owned(),
        payload: vec![1],
        replayed_at: None,
    }
}

fn entry(db: &Db) -> AuditEntry {
    audited::entry(db, "test")
}

#[tokio::test]
async fn admin_api_can_do_its_work_on_chats() {
    let (mut db, owner) = seen_by("admin_api").await;
    let as_admin = std::mem::replace(&mut db.store, owner);
    let chat = started(&db, "Hello").await;
    let owner = std::mem::replace(&mut db.store, as_admin);
    let store = &db.store;
    assert!(matches!(store.reply(&reply(&db, &chat, None, "Hi")).await.unwrap(), Replied::Created(_)));
    let search = ConversationFilter { text: Some("x".to_owned()), ..Default::default() };
    assert_eq!(store.conversations(&search, 10).await.unwrap(), []);
    assert_eq!(store.conversations(&ConversationFilter::default(), 10).await.unwrap().len(), 1);
    assert_eq!(store.messages(chat.conversation_id, 0, 10).await.unwrap().messages.len(), 2);
    assert!(!store.mark_seen(chat.conversation_id, Author::Agent, 2).await.unwrap(), "the answer did");
    let agent = user(&db, "ann@example.com").id;
    for change in [
        ConversationChange::TakeUp,
        ConversationChange::Claim(agent),
        ConversationChange::Assign(None),
        ConversationChange::Close,
        ConversationChange::Reopen,
    ] {
        let changed =
            store.change_conversation_audited(chat.conversation_id, change, &entry(&db)).await.unwrap();
        assert!(matches!(changed, Changed::Done(_)), "{change:?}");
    }
    assert_eq!(store.deliveries_of(chat.conversation_id, 10).await.unwrap(), []);
    let raised = event(&db, "test_notification");
    store.write_event_audited(&raised, &entry(&db), db.now()).await.unwrap();
    assert!(store.event_name(raised.id).await.unwrap().is_some());
    owner.quarantine("notifier", &quarantined(&db)).await.unwrap();
    let [message] = <[_; 1]>::try_from(store.quarantined(10).await.unwrap()).unwrap();
    assert!(store.quarantined_message(message.id).await.unwrap().is_some());
    assert!(store.replay_audited(&message, &event(&db, "new_chat"), &entry(&db)).await.unwrap());
    relays(&db).await;
    store.forget_replayed(db.in_s(1)).await.unwrap();
    assert_eq!(store.forget_conversations(db.in_s(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn admin_api_can_do_its_work_on_settings_and_people() {
    let (db, _) = seen_by("admin_api").await;
    let store = &db.store;
    let settings = NotificationSettings::default();
    let (person, other) = (recipient(&db, Owner, 1), recipient(&db, Manager, 2));
    assert!(store.seed(&settings, std::slice::from_ref(&person), db.now()).await.unwrap());
    let (entry_line, told) = (entry(&db), event(&db, "settings_changed"));
    let change = SettingsChange {
        settings: &settings,
        version: 1,
        entry: &entry_line,
        event: &told,
        now: db.now(),
        lease_until: db.now(),
    };
    assert_eq!(store.change_settings(&change).await.unwrap(), Some(2));
    assert!(store.add_recipient_audited(&other, &entry(&db)).await.unwrap());
    let renumber = |edited: &mut Recipient| {
        edited.phone = recipient(&db, Manager, 3).phone;
        entry(&db)
    };
    let edited = store.edit_recipient(other.id, &renumber, db.now()).await.unwrap();
    assert!(matches!(edited, RecipientEdit::Done(_)));
    assert!(store.remove_recipient(other.id, &entry(&db)).await.unwrap());
    assert_eq!(store.recipients().await.unwrap(), [person]);

    let ann = user(&db, "ann@example.com");
    assert!(store.add_user_audited(&ann, &entry(&db)).await.unwrap());
    let token = any_hash();
    let session = Session {
        user_id: Some(ann.id),
        conversation_id: None,
        recipient_id: None,
        created_at: db.now(),
        expires_at: db.in_s(60),
    };
    store.add_session(token, &session).await.unwrap();
    store.extend_session(token, db.in_s(120)).await.unwrap();
    assert!(store.session(token, db.now()).await.unwrap().is_some());
    store.change_password(&ann, "$argon2id$new", &entry(&db)).await.unwrap();
    store.end_session(token).await.unwrap();
    store.forget_sessions(db.now()).await.unwrap();
    assert_eq!((store.count_users().await.unwrap(), store.users(10).await.unwrap().len()), (1, 1));
    assert!(store.user(ann.id).await.unwrap().is_some());
    assert!(store.user_by_email(&ann.email).await.unwrap().is_some());
    assert!(!store.audit_log(None, 10).await.unwrap().is_empty());
    assert!(!store.audit_of("everything", 10).await.unwrap().is_empty());
    store.forget_audit(db.now()).await.unwrap();
}

#[tokio::test]
async fn admin_api_can_do_its_work_on_notices_and_links() {
    let (mut db, owner) = seen_by("admin_api").await;
    let as_admin = std::mem::replace(&mut db.store, owner);
    let person = recipient(&db, Owner, 1);
    db.store.add_recipient(&person).await.unwrap();
    planned_many(&db, &person, NEW_CHAT, 2).await;
    let attempts = claimed(&db).await;
    let changes: Vec<_> = attempts.iter().map(|attempt| accepted(&db, attempt.attempt_id)).collect();
    db.store.apply(SENDER, &changes).await.unwrap();
    db.store = as_admin;
    let store = &db.store;
    let deliveries = store.deliveries(&DeliveryFilter::default(), 10).await.unwrap();
    assert_eq!(store.attempts_of(&deliveries).await.unwrap().len(), 2);
    assert_eq!(store.deliveries_for(deliveries[0].event_id, 10).await.unwrap().len(), 1);
    assert_eq!(store.notice_health(db.now()).await.unwrap().unsettled, 0);

    let link = TokenHash::from_bytes(link_hash(&attempts[0].delivery));
    let chat = attempts[0].delivery.conversation_id.unwrap();
    assert!(store.peek_link(link).await.unwrap().is_some());
    let opened = store.open_link(link, any_hash(), db.now(), &|_, _| entry(&db)).await.unwrap();
    assert!(matches!(opened, LinkUse::Spent(_)), "{opened:?}");
    assert_eq!(store.shut_links(chat, &entry(&db)).await.unwrap(), 1);
    assert_eq!(store.forget_links(db.in_s(9_999)).await.unwrap(), 2);
    assert_eq!(store.forget_deliveries(db.in_s(1)).await.unwrap(), 2);
}
