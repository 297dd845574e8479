//! Users, sessions, recipients.

use std::collections::BTreeSet;

use deskbell_domain::notice::NoticeType;
use deskbell_domain::recipient::Recipient;
use deskbell_domain::recipient::RecipientRole::{Manager, Owner};
use deskbell_domain::{ConversationId, RecipientId, UserId};
use deskbell_store::model::user::{Session, User};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::{any_hash, recipient, user};

on_both_databases![
    a_mail_address_belongs_to_one_user,
    a_session_is_good_until_it_ends,
    a_link_opens_a_session_without_user,
    a_user_who_is_disabled_is_out,
    a_new_password_ends_every_session_of_the_user,
    recipients_are_listed_the_owner_first,
    a_number_belongs_to_one_recipient,
    a_recipient_is_changed_and_removed,
];

fn session_of(db: &Db, user: &User) -> Session {
    Session {
        user_id: Some(user.id),
        conversation_id: None,
        recipient_id: None,
        created_at: db.now(),
        expires_at: db.in_s(3_600),
    }
}

async fn a_mail_address_belongs_to_one_user(db: Db) {
    let users: Vec<_> = (0..8).map(|_| user(&db, "ann@example.com")).collect();
    let added = join_all(users.iter().map(|user| db.store.add_user(user))).await;
    assert_eq!(added.into_iter().filter(|added| *added.as_ref().unwrap()).count(), 1);
    db.advance_s(1);
    assert!(db.store.add_user(&user(&db, "bob@example.com")).await.unwrap());
    assert_eq!(db.store.count_users().await.unwrap(), 2);

    let ann = db.store.user_by_email("ann@example.com").await.unwrap().unwrap();
    assert!(users.contains(&ann));
    assert_eq!(db.store.user(ann.id).await.unwrap().as_ref(), Some(&ann));
    assert_eq!(db.store.users(1).await.unwrap(), [ann]);
    assert_eq!(db.store.users(10).await.unwrap().len(), 2);
    assert_eq!(db.store.user_by_email("eve@example.com").await.unwrap(), None);
    assert_eq!(db.store.user(UserId::mint(&db.clock)).await.unwrap(), None);
}

async fn a_session_is_good_until_it_ends(db: Db) {
    let ann = user(&db, "ann@example.com");
    db.store.add_user(&ann).await.unwrap();
    let session = session_of(&db, &ann);
    let (token, other) = (any_hash(), any_hash());
    db.store.add_session(token, &session).await.unwrap();
    db.store.add_session(other, &session).await.unwrap();
    assert_eq!(db.store.session(token, db.now()).await.unwrap(), Some((session.clone(), Some(ann))));
    assert_eq!(db.store.session(any_hash(), db.now()).await.unwrap(), None);

    db.store.end_session(other).await.unwrap();
    assert_eq!(db.store.session(other, db.now()).await.unwrap(), None);
    assert!(db.store.session(token, db.in_s(3_599)).await.unwrap().is_some());
    assert_eq!(db.store.session(token, db.in_s(3_600)).await.unwrap(), None);

    assert_eq!(db.store.forget_sessions(db.in_s(3_600)).await.unwrap(), 0);
    assert_eq!(db.store.forget_sessions(db.in_s(3_601)).await.unwrap(), 1);
}

async fn a_link_opens_a_session_without_user(db: Db) {
    let session = Session {
        user_id: None,
        conversation_id: Some(ConversationId::mint(&db.clock)),
        recipient_id: Some(RecipientId::mint(&db.clock)),
        created_at: db.now(),
        expires_at: db.in_s(60),
    };
    let token = any_hash();
    db.store.add_session(token, &session).await.unwrap();
    assert_eq!(db.store.session(token, db.now()).await.unwrap(), Some((session.clone(), None)));
    let of_nobody = Session { recipient_id: None, ..session };
    assert!(db.store.add_session(any_hash(), &of_nobody).await.is_err(), "a session is somebody's");
}

async fn a_user_who_is_disabled_is_out(db: Db) {
    let ann = user(&db, "ann@example.com");
    db.store.add_user(&ann).await.unwrap();
    let token = any_hash();
    db.store.add_session(token, &session_of(&db, &ann)).await.unwrap();
    db.execute("UPDATE users SET disabled_at = created_at").await;
    assert_eq!(db.store.session(token, db.now()).await.unwrap(), None);
    assert_eq!(db.store.user(ann.id).await.unwrap().unwrap().disabled_at, Some(db.now()));
}

async fn a_new_password_ends_every_session_of_the_user(db: Db) {
    let (ann, bob) = (user(&db, "ann@example.com"), user(&db, "bob@example.com"));
    let (of_ann, of_bob) = (any_hash(), any_hash());
    for (user, token) in [(&ann, of_ann), (&bob, of_bob)] {
        db.store.add_user(user).await.unwrap();
        db.store.add_session(token, &session_of(&db, user)).await.unwrap();
    }
    db.store.set_password(ann.id, "$argon2id$new").await.unwrap();
    assert_eq!(db.store.user(ann.id).await.unwrap().unwrap().password_hash, "$argon2id$new");
    assert_eq!(db.store.session(of_ann, db.now()).await.unwrap(), None);
    assert!(db.store.session(of_bob, db.now()).await.unwrap().is_some());
}

async fn recipients_are_listed_the_owner_first(db: Db) {
    let some = Some(BTreeSet::from([NoticeType::UrgentChat, NoticeType::NewChat]));
    let people = [
        recipient(&db, Owner, 7),
        Recipient { types: some, verified_at: None, ..recipient(&db, Manager, 1) },
        Recipient { disabled_reason: Some("opted_out".to_owned()), ..recipient(&db, Manager, 2) },
    ];
    for person in people.iter().rev() {
        assert!(db.store.add_recipient(person).await.unwrap());
    }
    assert_eq!(db.store.recipients().await.unwrap(), people);
}

async fn a_number_belongs_to_one_recipient(db: Db) {
    let people: Vec<_> = (0..8).map(|_| recipient(&db, Manager, 1)).collect();
    let added = join_all(people.iter().map(|person| db.store.add_recipient(person))).await;
    assert_eq!(added.into_iter().filter(|added| *added.as_ref().unwrap()).count(), 1);
    assert_eq!(db.store.recipients().await.unwrap().len(), 1);
}

async fn a_recipient_is_changed_and_removed(db: Db) {
    let person = recipient(&db, Manager, 1);
    db.store.add_recipient(&person).await.unwrap();
    let changed = Recipient {
        name: "Renamed".to_owned(),
        types: Some(BTreeSet::new()),
        position: 9,
        disabled_reason: Some("bad_number".to_owned()),
        verified_at: None,
        ..recipient(&db, Owner, 2)
    };
    let changed = Recipient { id: person.id, ..changed };
    assert!(db.store.update_recipient(&changed).await.unwrap());
    assert_eq!(db.store.recipients().await.unwrap(), [changed]);
    assert!(!db.store.update_recipient(&recipient(&db, Owner, 3)).await.unwrap());
    assert!(db.store.delete_recipient(person.id).await.unwrap());
    assert!(!db.store.delete_recipient(person.id).await.unwrap());
    assert_eq!(db.store.recipients().await.unwrap(), []);
}
