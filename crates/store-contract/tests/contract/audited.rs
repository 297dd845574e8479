//! Changes by people: with their line of the audit log or not at all, in whatever order they come.

use std::time::Duration;

use deskbell_domain::AuditId;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::Recipient;
use deskbell_domain::recipient::RecipientRole::{Manager, Owner};
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::token::TokenHash;
use deskbell_store::model::admin::AuditEntry;
use deskbell_store::model::conversation::{Changed, ConversationChange};
use deskbell_store::model::link::LinkUse;
use deskbell_store::{RecipientEdit, SettingsChange};
use futures_util::future::join_all;

use crate::claims::{claimed, link_hash};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, any_hash, event, planned_many, recipient, start, started, user};

on_both_databases![
    settings_change_with_their_line_and_their_event,
    of_many_who_seed_a_database_one_does,
    an_edit_that_takes_anothers_number_changes_nothing,
    a_new_number_withdraws_the_links_to_the_old_one,
    a_removed_recipient_has_no_way_in,
    what_did_not_happen_is_not_in_the_log,
    a_link_is_opened_while_its_recipient_is_changed,
];

pub fn entry(db: &Db, action: &str) -> AuditEntry {
    AuditEntry {
        id: AuditId::mint(&db.clock),
        at: db.now(),
        actor_id: None,
        actor: "ann@example.com".to_owned(),
        action: action.to_owned(),
        target: "everything".to_owned(),
        detail: serde_json::json!({ "by": "hand" }),
    }
}

async fn settings_change_with_their_line_and_their_event(db: Db) {
    let settings = NotificationSettings::default();
    let change = async |version| {
        let (entry, event) = (entry(&db, "settings.update"), event(&db, "settings_changed"));
        let (settings, entry, event) = (&settings, &entry, &event);
        let change =
            SettingsChange { settings, version, entry, event, now: db.now(), lease_until: db.in_s(30) };
        db.store.change_settings(&change).await.unwrap()
    };
    let saved: Vec<_> = join_all((0..6).map(|_| change(0))).await.into_iter().flatten().collect();
    assert_eq!(saved, [1]);
    assert_eq!((db.count("audit").await, db.count("outbox").await), (1, 1));
    assert_eq!(change(1).await, Some(2));
    assert_eq!((db.count("audit").await, db.count("outbox").await), (2, 2));
}

async fn of_many_who_seed_a_database_one_does(db: Db) {
    let seed = async |number| {
        let settings = NotificationSettings { daily_cap_segments: number, ..Default::default() };
        let people = [recipient(&db, Owner, number), recipient(&db, Manager, 9)];
        db.store.seed(&settings, &people, db.now()).await.unwrap().then_some(number)
    };
    let seeded: Vec<u32> = join_all((1..7).map(seed)).await.into_iter().flatten().collect();
    assert_eq!(seeded, [db.store.settings().await.unwrap().settings.daily_cap_segments]);
    let numbers: Vec<_> = db.store.recipients().await.unwrap().iter().map(|person| person.position).collect();
    assert_eq!(numbers, [i32::try_from(seeded[0]).unwrap(), 9]);
}

async fn an_edit_that_takes_anothers_number_changes_nothing(db: Db) {
    let (person, other) = (recipient(&db, Owner, 1), recipient(&db, Manager, 2));
    for person in [&person, &other] {
        assert!(db.store.add_recipient_audited(person, &entry(&db, "recipient.add")).await.unwrap());
    }
    let taken = |edited: &mut Recipient| {
        edited.name = "Changed".to_owned();
        edited.phone = person.phone.clone();
        entry(&db, "recipient.update")
    };
    let edit = db.store.edit_recipient(other.id, &taken, db.now()).await.unwrap();
    assert_eq!(edit, RecipientEdit::NumberTaken);
    assert_eq!(db.store.recipients().await.unwrap(), [person.clone(), other]);
    let unknown = recipient(&db, Manager, 3).id;
    let edit = db.store.edit_recipient(unknown, &taken, db.now()).await.unwrap();
    assert_eq!(edit, RecipientEdit::NotFound);
    assert!(!db.store.add_recipient_audited(&recipient(&db, Manager, 1), &entry(&db, "x")).await.unwrap());
    assert_eq!(db.count("audit").await, 2);
}

async fn renumbered(db: &Db, person: &Recipient, number: u32) {
    let edit = |edited: &mut Recipient| {
        edited.phone = PhoneNumber::from_e164_stored(&format!("+1415556{number:04}")).unwrap();
        entry(db, "recipient.update")
    };
    let edit = db.store.edit_recipient(person.id, &edit, db.now()).await.unwrap();
    assert!(matches!(edit, RecipientEdit::Done(_)), "{edit:?}");
}

/// The tokens of links that were sent to someone.
async fn links_to(db: &Db, person: &Recipient, count: usize) -> Vec<TokenHash> {
    planned_many(db, person, NEW_CHAT, count).await;
    let attempts = claimed(db).await;
    attempts.iter().map(|attempt| TokenHash::from_bytes(link_hash(&attempt.delivery))).collect()
}

async fn open(db: &Db, link: TokenHash, session: TokenHash) -> LinkUse {
    db.store.open_link(link, session, db.now(), &|_, _| entry(db, "link.open")).await.unwrap()
}

async fn a_new_number_withdraws_the_links_to_the_old_one(db: Db) {
    let person = recipient(&db, Owner, 1);
    db.store.add_recipient(&person).await.unwrap();
    let links = links_to(&db, &person, 2).await;
    let session = any_hash();
    assert!(matches!(open(&db, links[0], session).await, LinkUse::Spent(_)));
    assert!(db.store.session(session, db.now()).await.unwrap().is_some());
    assert_eq!(open(&db, links[0], any_hash()).await, LinkUse::AlreadySpent);
    renumbered(&db, &person, 1).await;
    assert_eq!(open(&db, links[1], any_hash()).await, LinkUse::Revoked);
    assert_eq!(db.store.session(session, db.now()).await.unwrap(), None);
    assert_eq!(db.count("audit WHERE action = 'link.open'").await, 1);
}

async fn a_removed_recipient_has_no_way_in(db: Db) {
    let person = recipient(&db, Owner, 1);
    db.store.add_recipient(&person).await.unwrap();
    let links = links_to(&db, &person, 2).await;
    let session = any_hash();
    open(&db, links[0], session).await;
    assert!(db.store.remove_recipient(person.id, &entry(&db, "recipient.remove")).await.unwrap());
    assert_eq!(db.store.session(session, db.now()).await.unwrap(), None);
    assert_eq!(open(&db, links[1], any_hash()).await, LinkUse::Revoked);
    assert_eq!(open(&db, any_hash(), any_hash()).await, LinkUse::Unknown);
    assert_eq!(db.count("sessions").await, 0);
}

async fn what_did_not_happen_is_not_in_the_log(db: Db) {
    let ann = user(&db, "ann@example.com");
    assert!(db.store.add_user_audited(&ann, &entry(&db, "user.add")).await.unwrap());
    assert!(!db.store.add_user_audited(&user(&db, "ann@example.com"), &entry(&db, "x")).await.unwrap());
    let nobody = recipient(&db, Owner, 1).id;
    assert!(!db.store.remove_recipient(nobody, &entry(&db, "x")).await.unwrap());
    let change = async |chat, change| {
        db.store.change_conversation_audited(chat, change, &entry(&db, "conversation")).await.unwrap()
    };
    let unknown = start(&db, "never stored").conversation_id;
    assert_eq!(change(unknown, ConversationChange::Close).await, Changed::NotFound);
    let chat = started(&db, "Hello").await.conversation_id;
    assert!(matches!(change(chat, ConversationChange::Claim(ann.id)).await, Changed::Done(_)));
    assert_eq!(change(chat, ConversationChange::TakeUp).await, Changed::TakenBy(ann.id));
    let actions = db.words("SELECT action AS value FROM audit ORDER BY id").await;
    assert_eq!(actions.len(), 2, "{actions:?}");
    assert!(!actions.contains(&"x".to_owned()));
}

async fn a_link_is_opened_while_its_recipient_is_changed(db: Db) {
    let person = recipient(&db, Owner, 1);
    db.store.add_recipient(&person).await.unwrap();
    for number in 0..12 {
        let links = links_to(&db, &person, 3).await;
        let opened = join_all(links.iter().map(|link| open(&db, *link, any_hash())));
        let both = async { tokio::join!(opened, renumbered(&db, &person, number)) };
        let (uses, ()) =
            tokio::time::timeout(Duration::from_secs(30), both).await.expect("nobody waits for ever");
        assert!(uses.iter().all(|used| matches!(used, LinkUse::Spent(_) | LinkUse::Revoked)), "{uses:?}");
        assert_eq!(db.count("sessions").await, 0, "whoever was in is out, whoever was late stays out");
    }
}
