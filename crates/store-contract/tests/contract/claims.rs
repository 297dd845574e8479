//! Claiming: what is due, in the order of its importance, with the attempt committed before any request.

use std::time::Duration;

use deskbell_domain::delivery::DeliveryState;
use deskbell_domain::recipient::RecipientRole::{Manager, Owner};
use deskbell_domain::{AttemptId, EventId, Timestamp};
use deskbell_store::model::delivery::{Delivery, DeliveryFilter, NewAttempt, NewDelivery};
use deskbell_store::{Claim, ClaimRequest, ClaimedAttempt, Store};
use futures_util::future::join_all;

use crate::db::Db;
use crate::drafts::{NEW_CHAT, URGENT_CHAT, delivery, planned, planned_many, recipient};

on_both_databases![
    the_most_important_is_claimed_first,
    the_urgent_lane_takes_urgent_notices_only,
    what_is_not_due_is_left_alone,
    an_attempt_is_committed_before_its_request,
    no_delivery_is_claimed_twice,
    a_notice_of_yesterday_is_given_up,
];

pub const SENDER: &str = "+15005550006";

/// A claim, with what most tests do not care about filled in.
pub struct Ask {
    pub limit: usize,
    pub urgent_only: bool,
    pub segments: u32,
    pub segment_time: Duration,
    pub expired_before: Timestamp,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            limit: 1_000,
            urgent_only: false,
            segments: 1,
            segment_time: Duration::ZERO,
            expired_before: Timestamp::default(),
        }
    }
}

impl Ask {
    pub async fn of(&self, db: &Db, store: &Store) -> Claim {
        let prepare = |delivery: &Delivery| NewAttempt {
            id: AttemptId::mint(&db.clock),
            body: format!("To {}", delivery.recipient_name),
            reference: delivery.id.to_string(),
            segments: self.segments,
            link_hash: Some(link_hash(delivery)),
            link_expires_at: db.in_s(3_600),
        };
        let request = ClaimRequest {
            sender: SENDER,
            limit: self.limit,
            urgent_only: self.urgent_only,
            segment_time: self.segment_time,
            lease_until: db.in_s(30),
            expired_before: self.expired_before,
            now: db.now(),
            prepare: &prepare,
        };
        store.claim(&request).await.unwrap()
    }
}

/// The hash of the link in a delivery's latest text.
pub fn link_hash(delivery: &Delivery) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(delivery.id.as_uuid().as_bytes());
    hash[16] = u8::try_from(delivery.attempts).unwrap();
    hash
}

/// Claims all that is due.
pub async fn claimed(db: &Db) -> Vec<ClaimedAttempt> {
    Ask::default().of(db, &db.store).await.attempts
}

/// Plans one notice to the owner and claims it.
pub async fn in_flight(db: &Db) -> ClaimedAttempt {
    planned_many(db, &recipient(db, Owner, 1), NEW_CHAT, 1).await;
    let [attempt] = <[_; 1]>::try_from(claimed(db).await).unwrap();
    attempt
}

/// A delivery as it stands.
pub async fn stored(db: &Db, attempt: &ClaimedAttempt) -> Delivery {
    db.store.attempt(attempt.attempt_id).await.unwrap().expect("the attempt is there").1
}

async fn the_most_important_is_claimed_first(db: Db) {
    let (owner, manager) = (recipient(&db, Owner, 1), recipient(&db, Manager, 2));
    for (person, kind) in
        [(&manager, NEW_CHAT), (&owner, NEW_CHAT), (&manager, URGENT_CHAT), (&owner, URGENT_CHAT)]
    {
        planned_many(&db, person, kind, 1).await;
        db.advance_s(1);
        planned_many(&db, person, kind, 1).await;
    }
    let mut order = Vec::new();
    for _ in 0..8 {
        let claim = Ask { limit: 1, ..Ask::default() }.of(&db, &db.store).await;
        let [attempt] = <[_; 1]>::try_from(claim.attempts).unwrap();
        order.push((
            attempt.delivery.kind == URGENT_CHAT,
            attempt.delivery.recipient_role,
            attempt.delivery.due_at,
        ));
    }
    let expected = [(true, "owner"), (true, "manager"), (false, "owner"), (false, "manager")];
    let found: Vec<_> = order.iter().map(|(urgent, role, _)| (*urgent, role.as_str())).collect();
    assert_eq!(found, expected.map(|kind| [kind; 2]).concat());
    assert!(order.chunks(2).all(|pair| pair[0].2 < pair[1].2), "of equals, the one that waits longer");
}

async fn the_urgent_lane_takes_urgent_notices_only(db: Db) {
    let (owner, manager) = (recipient(&db, Owner, 1), recipient(&db, Manager, 2));
    planned_many(&db, &owner, NEW_CHAT, 3).await;
    planned_many(&db, &manager, URGENT_CHAT, 2).await;
    let urgent = Ask { urgent_only: true, ..Ask::default() };
    let kinds: Vec<_> =
        urgent.of(&db, &db.store).await.attempts.iter().map(|attempt| attempt.delivery.kind).collect();
    assert_eq!(kinds, [URGENT_CHAT; 2]);
    assert_eq!(urgent.of(&db, &db.store).await, Claim::default());
    assert_eq!(claimed(&db).await.len(), 3);
}

async fn what_is_not_due_is_left_alone(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let later =
        NewDelivery { due_at: db.in_s(60), ..delivery(&db, EventId::mint(&db.clock), &owner, NEW_CHAT) };
    planned(&db, vec![later]).await;
    assert_eq!(claimed(&db).await, []);
    db.advance_s(60);
    assert_eq!(claimed(&db).await.len(), 1);
    assert_eq!(db.store.next_due_at(db.now(), false).await.unwrap(), None);
}

async fn an_attempt_is_committed_before_its_request(db: Db) {
    let claimed = in_flight(&db).await;
    let (attempt, delivery) = db.store.attempt(claimed.attempt_id).await.unwrap().unwrap();
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sending, 1));
    assert_eq!(delivery.next_at, Some(db.in_s(30)), "its lease");
    assert_eq!((attempt.id, attempt.delivery_id, attempt.number), (claimed.attempt_id, delivery.id, 1));
    assert_eq!((attempt.body.as_str(), claimed.body.as_str()), ("To Person 1", "To Person 1"));
    assert_eq!((attempt.segments, attempt.started_at, attempt.ended_at), (1, db.now(), None));
    assert_eq!((attempt.outcome, attempt.sid, attempt.status, attempt.code), (None, None, None, None));
    assert_eq!(attempt.reference, delivery.id.to_string());

    let link = db
        .store
        .peek_link(deskbell_domain::token::TokenHash::from_bytes(link_hash(&claimed.delivery)))
        .await
        .unwrap()
        .expect("the link of its text");
    assert_eq!((link.attempt_id, Some(link.conversation_id)), (claimed.attempt_id, delivery.conversation_id));
    assert_eq!((Some(link.recipient_id), link.expires_at), (delivery.recipient_id, db.in_s(3_600)));
    assert_eq!(db.store.attempts_of(&[delivery]).await.unwrap().len(), 1);
}

async fn no_delivery_is_claimed_twice(db: Db) {
    const NOTICES: usize = 60;
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, NOTICES).await;
    let other = db.opened_again();
    let claim = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        Ask { limit: 7, ..Ask::default() }.of(&db, store).await.attempts
    };
    let attempts: Vec<_> = join_all((0..20).map(claim)).await.into_iter().flatten().collect();
    assert_eq!(attempts.len(), NOTICES);
    assert_eq!(db.count("attempts").await, i64::try_from(NOTICES).unwrap());
    assert_eq!(db.count("deliveries WHERE state = 'sending' AND attempts = 1").await, 60);
}

async fn a_notice_of_yesterday_is_given_up(db: Db) {
    let owner = recipient(&db, Owner, 1);
    planned_many(&db, &owner, NEW_CHAT, 2).await;
    db.advance_s(10);
    planned_many(&db, &owner, NEW_CHAT, 1).await;
    let claim = Ask { expired_before: db.now(), ..Ask::default() }.of(&db, &db.store).await;
    assert_eq!((claim.attempts.len(), claim.given_up), (1, 2));
    let failed = DeliveryFilter { state: Some(DeliveryState::Failed), ..Default::default() };
    let given_up = db.store.deliveries(&failed, 10).await.unwrap();
    assert_eq!(given_up.len(), 2);
    for delivery in given_up {
        assert_eq!((delivery.reason.as_deref(), delivery.next_at), (Some("too_old"), None));
        assert_eq!((delivery.attempts, delivery.updated_at), (0, db.now()));
    }
}
