//! Moves of a delivery: decided under its lock, written once, with all that follows from them.

use std::time::Duration;

use deskbell_domain::delivery::{
    DeliveryPolicy, DeliveryState, Jitter, ProviderStatus, Rejection, Resend, SendOutcome, StatusReport,
    after_send, after_status,
};
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole::Owner};
use deskbell_domain::{AttemptId, EventId};
use deskbell_store::{AttemptEnd, Change, ClaimedAttempt};
use futures_util::future::join_all;

use crate::claims::{Ask, SENDER, claimed, in_flight, stored};
use crate::db::Db;
use crate::drafts::{NEW_CHAT, delivery, planned, planned_many, recipient};

on_both_databases![
    an_accepted_message_is_written_down,
    a_request_that_was_not_looked_at_gives_its_segments_back_once,
    an_answer_that_is_not_clear_keeps_its_segments,
    a_number_that_cannot_be_texted_disables_its_recipient,
    a_recipient_whose_number_was_changed_meanwhile_stays,
    an_error_of_the_configuration_opens_the_circuit,
    a_status_only_rises,
    news_of_an_earlier_attempt_is_not_the_last_word,
    an_unknown_attempt_changes_nothing,
    an_answer_and_a_callback_at_once_lose_nothing,
    two_changes_in_one_batch_build_on_each_other,
    claims_and_changes_never_wait_for_each_other_for_ever,
    batches_that_disable_the_same_people_do_not_block_each_other,
];

/// What the end of a request means.
pub fn answer(db: &Db, attempt: AttemptId, outcome: SendOutcome) -> Change {
    let now = db.now();
    let end = match &outcome {
        SendOutcome::Accepted { sid, .. } => AttemptEnd {
            outcome: Some("accepted"),
            sid: Some(sid.clone()),
            status: Some("queued".to_owned()),
            code: None,
        },
        SendOutcome::Rejected { code, .. } => {
            AttemptEnd { outcome: Some("rejected"), code: *code, ..Default::default() }
        }
        _ => AttemptEnd { outcome: Some("other"), ..Default::default() },
    };
    Change {
        attempt_id: attempt,
        end,
        decide: Box::new(move |progress, current| {
            after_send(progress, current, &outcome, &DeliveryPolicy::default(), Jitter(0), now)
        }),
        now,
    }
}

pub fn accepted(db: &Db, attempt: AttemptId) -> Change {
    let sid = format!("SM{}", attempt.as_uuid().simple());
    answer(db, attempt, SendOutcome::Accepted { sid, status: ProviderStatus::Accepted })
}

fn rejected(db: &Db, attempt: AttemptId, code: u32, rejection: Rejection) -> Change {
    answer(db, attempt, SendOutcome::Rejected { code: Some(code), rejection })
}

/// What a status callback means.
pub fn callback(db: &Db, attempt: AttemptId, word: &str, status: ProviderStatus, passing: bool) -> Change {
    let now = db.now();
    let report = StatusReport { status, code: None, rejection: None, passing };
    Change {
        attempt_id: attempt,
        end: AttemptEnd { status: Some(word.to_owned()), ..Default::default() },
        decide: Box::new(move |progress, current| {
            after_status(progress, current, &report, &DeliveryPolicy::default(), now)
        }),
        now,
    }
}

fn delivered(db: &Db, attempt: AttemptId) -> Change {
    callback(db, attempt, "delivered", ProviderStatus::Delivered, false)
}

/// Applies one change and tells the state that follows.
pub async fn applied(db: &Db, change: Change) -> DeliveryState {
    let [progress] = <[_; 1]>::try_from(db.store.apply(SENDER, &[change]).await.unwrap()).unwrap();
    progress.expect("the attempt is known").state
}

async fn an_accepted_message_is_written_down(db: Db) {
    let attempt = in_flight(&db).await;
    db.advance_s(1);
    assert_eq!(applied(&db, accepted(&db, attempt.attempt_id)).await, DeliveryState::Accepted);
    let (row, delivery) = db.store.attempt(attempt.attempt_id).await.unwrap().unwrap();
    assert_eq!((row.outcome.as_deref(), row.status.as_deref()), (Some("accepted"), Some("queued")));
    assert_eq!((row.sid.unwrap().len(), row.ended_at), (34, Some(db.now())));
    assert_eq!((delivery.next_at, delivery.updated_at), (None, db.now()));
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 1, "it is spent");
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().unsettled, 0);
}

async fn a_request_that_was_not_looked_at_gives_its_segments_back_once(db: Db) {
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 2).await;
    let ask = Ask { segments: 3, ..Ask::default() };
    let attempts = ask.of(&db, &db.store).await.attempts;
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 6);

    let limited = || {
        let outcome = SendOutcome::RateLimited { retry_after: Some(Duration::from_secs(5)) };
        [answer(&db, attempts[0].attempt_id, outcome)]
    };
    let (one, other) = (limited(), limited());
    let twice = tokio::join!(db.store.apply(SENDER, &one), db.store.apply(SENDER, &other));
    twice.0.unwrap();
    twice.1.unwrap();
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 3);
    let delivery = stored(&db, &attempts[0]).await;
    assert_eq!((delivery.state, delivery.next_at), (DeliveryState::Ready, Some(db.in_s(5))));
    assert_eq!(delivery.reason.as_deref(), Some("rate_limited"));

    db.advance_s(5);
    let [again] = <[_; 1]>::try_from(ask.of(&db, &db.store).await.attempts).unwrap();
    assert_eq!((again.delivery.id, again.delivery.attempts), (delivery.id, 1));
    let (row, delivery) = db.store.attempt(again.attempt_id).await.unwrap().unwrap();
    assert_eq!((row.number, delivery.attempts), (2, 2));
}

async fn an_answer_that_is_not_clear_keeps_its_segments(db: Db) {
    let attempt = in_flight(&db).await;
    let change = answer(&db, attempt.attempt_id, SendOutcome::Ambiguous);
    assert_eq!(applied(&db, change).await, DeliveryState::Ambiguous);
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 1);
    assert_eq!(claimed(&db).await, [], "and is never blindly repeated");
}

async fn rejected_number(db: &Db, owner: &Recipient) -> ClaimedAttempt {
    assert!(db.store.add_recipient(owner).await.unwrap());
    planned(db, vec![delivery(db, EventId::mint(&db.clock), owner, NEW_CHAT)]).await;
    let [attempt] = <[_; 1]>::try_from(claimed(db).await).unwrap();
    attempt
}

async fn a_number_that_cannot_be_texted_disables_its_recipient(db: Db) {
    let attempt = rejected_number(&db, &recipient(&db, Owner, 1)).await;
    let change = rejected(&db, attempt.attempt_id, 21_610, Rejection::OptedOut);
    assert_eq!(applied(&db, change).await, DeliveryState::Failed);
    let delivery = stored(&db, &attempt).await;
    assert_eq!((delivery.reason.as_deref(), delivery.code), (Some("opted_out"), Some(21_610)));
    let people = db.store.recipients().await.unwrap();
    assert_eq!(people[0].disabled_reason.as_deref(), Some("opted_out"));
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 0);
}

async fn a_recipient_whose_number_was_changed_meanwhile_stays(db: Db) {
    let owner = recipient(&db, Owner, 1);
    let attempt = rejected_number(&db, &owner).await;
    let mended = Recipient { phone: PhoneNumber::from_e164_stored("+14155550099").unwrap(), ..owner };
    assert!(db.store.update_recipient(&mended).await.unwrap());
    applied(&db, rejected(&db, attempt.attempt_id, 21_211, Rejection::Recipient)).await;
    assert_eq!(db.store.recipients().await.unwrap(), [mended]);
}

async fn an_error_of_the_configuration_opens_the_circuit(db: Db) {
    let attempt = in_flight(&db).await;
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 1).await;
    let change = rejected(&db, attempt.attempt_id, 20_003, Rejection::Configuration);
    assert_eq!(applied(&db, change).await, DeliveryState::Ready);
    let until = Some(db.in_s(60));
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().circuit_until, until);
    let claim = Ask::default().of(&db, &db.store).await;
    assert_eq!((claim.attempts.len(), claim.wait_until), (0, until));
    assert_eq!(db.count("sender_budgets WHERE circuit_code = 20003").await, 1, "still known why");

    db.advance_s(60);
    assert_eq!(db.store.notice_health(db.now()).await.unwrap().circuit_until, None);
    assert_eq!(claimed(&db).await.len(), 2);
}

async fn a_status_only_rises(db: Db) {
    let attempt = in_flight(&db).await.attempt_id;
    // The callback comes before the answer to the request.
    assert_eq!(applied(&db, delivered(&db, attempt)).await, DeliveryState::Delivered);
    let late = callback(&db, attempt, "sent", ProviderStatus::Sent, false);
    assert_eq!(applied(&db, late).await, DeliveryState::Delivered);
    assert_eq!(applied(&db, accepted(&db, attempt)).await, DeliveryState::Delivered);
    let (row, _) = db.store.attempt(attempt).await.unwrap().unwrap();
    assert_eq!(row.status.as_deref(), Some("delivered"));
    assert!(row.sid.is_some(), "the late answer still tells the message's id");
}

async fn news_of_an_earlier_attempt_is_not_the_last_word(db: Db) {
    let first = in_flight(&db).await;
    let failure = callback(&db, first.attempt_id, "undelivered", ProviderStatus::Undelivered, true);
    assert_eq!(applied(&db, failure).await, DeliveryState::Ready);
    db.advance_s(60);
    let [second] = <[_; 1]>::try_from(claimed(&db).await).unwrap();
    assert_eq!(second.delivery.id, first.delivery.id);

    let bad_news = callback(&db, first.attempt_id, "failed", ProviderStatus::Failed, false);
    assert_eq!(applied(&db, bad_news).await, DeliveryState::Sending);
    let delivery = stored(&db, &second).await;
    assert_eq!((delivery.attempts, delivery.resend), (2, Some(Resend::AfterCarrierFailure)));
    assert_eq!(applied(&db, delivered(&db, first.attempt_id)).await, DeliveryState::Delivered);
}

async fn an_unknown_attempt_changes_nothing(db: Db) {
    let known = in_flight(&db).await.attempt_id;
    let changes = [accepted(&db, AttemptId::mint(&db.clock)), accepted(&db, known)];
    let answers = db.store.apply(SENDER, &changes).await.unwrap();
    assert!(answers[0].is_none());
    assert_eq!(answers[1].unwrap().state, DeliveryState::Accepted);
    assert!(db.store.attempt(AttemptId::mint(&db.clock)).await.unwrap().is_none());
    assert_eq!(db.store.apply(SENDER, &[]).await.unwrap(), []);
}

async fn an_answer_and_a_callback_at_once_lose_nothing(db: Db) {
    planned_many(&db, &recipient(&db, Owner, 1), NEW_CHAT, 40).await;
    let attempts = claimed(&db).await;
    let other = db.opened_again();
    let both = async |attempt: &ClaimedAttempt| {
        let (answer, callback) = ([accepted(&db, attempt.attempt_id)], [delivered(&db, attempt.attempt_id)]);
        let (one, two) = tokio::join!(db.store.apply(SENDER, &answer), other.apply(SENDER, &callback));
        one.unwrap();
        two.unwrap();
    };
    join_all(attempts.iter().map(both)).await;
    for attempt in &attempts {
        let (row, delivery) = db.store.attempt(attempt.attempt_id).await.unwrap().unwrap();
        assert_eq!((delivery.state, row.status.as_deref()), (DeliveryState::Delivered, Some("delivered")));
        assert!(row.sid.is_some() && row.outcome.is_some() && row.ended_at.is_some(), "{row:?}");
    }
}

async fn two_changes_in_one_batch_build_on_each_other(db: Db) {
    let attempt = in_flight(&db).await.attempt_id;
    let changes = [accepted(&db, attempt), delivered(&db, attempt)];
    let answers = db.store.apply(SENDER, &changes).await.unwrap();
    let states: Vec<_> = answers.into_iter().map(|progress| progress.unwrap().state).collect();
    assert_eq!(states, [DeliveryState::Accepted, DeliveryState::Delivered]);
    let (row, _) = db.store.attempt(attempt).await.unwrap().unwrap();
    assert_eq!((row.outcome.as_deref(), row.status.as_deref()), (Some("accepted"), Some("delivered")));
    assert!(row.sid.is_some());
}

async fn eight_people(db: &Db) -> Vec<Recipient> {
    let people: Vec<_> = (0..8).map(|number| recipient(db, Owner, number)).collect();
    for person in &people {
        assert!(db.store.add_recipient(person).await.unwrap());
    }
    people
}

/// Batches that touch the same deliveries, recipients and budget in opposite orders, among claims.
async fn claims_and_changes_never_wait_for_each_other_for_ever(db: Db) {
    let people = eight_people(&db).await;
    for _ in 0..8 {
        let event_id = EventId::mint(&db.clock);
        planned(&db, people.iter().map(|person| delivery(&db, event_id, person, NEW_CHAT)).collect()).await;
    }
    let attempts = claimed(&db).await;
    assert_eq!(attempts.len(), 64);
    let other = db.opened_again();
    let work = async |number: usize| {
        let store = if number.is_multiple_of(2) { &db.store } else { &other };
        planned_many(&db, &people[number % 8], NEW_CHAT, 1).await;
        let mut changes: Vec<_> = attempts
            .iter()
            .map(|attempt| rejected(&db, attempt.attempt_id, 21_610, Rejection::OptedOut))
            .collect();
        changes.rotate_left(number * 4);
        if number.is_multiple_of(3) {
            changes.reverse();
        }
        for batch in changes.chunks(20) {
            store.apply(SENDER, batch).await.unwrap();
            let mine = Ask { limit: 2, ..Ask::default() }.of(&db, store).await.attempts;
            let back: Vec<_> =
                mine.iter().map(|attempt| answer(&db, attempt.attempt_id, SendOutcome::NotSent)).collect();
            store.apply(SENDER, &back).await.unwrap();
        }
    };
    let all = join_all((0..16).map(work));
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("nobody waits for ever");
    assert_eq!(db.count("deliveries WHERE state = 'failed'").await, 64);
    assert_eq!(db.store.budget(SENDER).await.unwrap().segments, 0, "everything was given back");
}

/// One notice to all of them in each batch: the batches have no delivery in common, but all recipients.
async fn batches_that_disable_the_same_people_do_not_block_each_other(db: Db) {
    let people = eight_people(&db).await;
    for _ in 0..4 {
        let mut batches = Vec::new();
        for number in 0..8 {
            let event_id = EventId::mint(&db.clock);
            planned(&db, people.iter().map(|person| delivery(&db, event_id, person, NEW_CHAT)).collect())
                .await;
            let mut attempts = claimed(&db).await;
            attempts.sort_by_key(|attempt| attempt.delivery.recipient_id);
            if number % 2 == 0 {
                attempts.reverse();
            }
            let opted_out = Rejection::OptedOut;
            let changes = attempts.iter().map(|attempt| rejected(&db, attempt.attempt_id, 21_610, opted_out));
            batches.push(changes.collect::<Vec<_>>());
        }
        join_all((0..8).map(|_| db.store.ping())).await;
        let all = join_all(batches.iter().map(|batch| db.store.apply(SENDER, batch)));
        let answers =
            tokio::time::timeout(Duration::from_secs(60), all).await.expect("nobody waits for ever");
        answers.into_iter().for_each(|answer| drop(answer.unwrap()));
    }
}
