use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::SentMessage;

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

const CONVERSATION: Uuid = id(1);
const FIRST: Uuid = id(2);
const SECOND: Uuid = id(3);
const EVENT: Uuid = id(4);
const NOTICE: Uuid = id(5);
const ATTEMPT: Uuid = id(6);

fn sent(client_message_id: Uuid, body: &str, seq: i64) -> SentMessage {
    let acknowledged = Some((CONVERSATION, seq));
    SentMessage { client_message_id, body: body.to_owned(), acknowledged }
}

fn message(client_message_id: Uuid, body: &str, seq: i64) -> Message {
    let (author, body) = ("visitor".to_owned(), body.to_owned());
    Message { conversation_id: CONVERSATION, seq, client_message_id, author, body }
}

/// A chat of two messages, of which the owner was told.
fn sound() -> Facts {
    Facts {
        sent: vec![sent(FIRST, "a", 1), sent(SECOND, "b", 2)],
        stored: Stored {
            messages: vec![message(FIRST, "a", 1), message(SECOND, "b", 2)],
            events: vec![Event { id: EVENT, name: "new_chat".to_owned(), published_at: Some(json!(1)) }],
            heard: vec![Heard { id: EVENT }],
            deliveries: vec![Delivery {
                id: NOTICE,
                event_id: EVENT,
                conversation_id: Some(CONVERSATION),
                phone: "+14155552671".to_owned(),
                kind: "new_chat".to_owned(),
                channel: "sms".to_owned(),
                state: "delivered".to_owned(),
                reason: None,
                resend: None,
            }],
            attempts: vec![Attempt { id: ATTEMPT, delivery_id: NOTICE }],
        },
        texts: vec![text("SM1", Some(ATTEMPT))],
    }
}

fn text(sid: &str, attempt_id: Option<Uuid>) -> Text {
    Text { sid: sid.to_owned(), attempt_id, to: "+14155552671".to_owned() }
}

/// What the checker says of a chat with which something was done.
fn after(change: impl FnOnce(&mut Facts)) -> Vec<Violation> {
    let mut facts = sound();
    change(&mut facts);
    violations(&facts)
}

fn in_state(state: &str) -> Vec<Violation> {
    after(|facts| facts.stored.deliveries[0].state = state.to_owned())
}

#[test]
fn a_sound_chat_is_passed() {
    assert_eq!(after(|_| ()), []);
}

#[test]
fn a_message_that_was_sent_twice_and_acknowledged_once_is_passed() {
    let again = SentMessage { acknowledged: None, ..sent(FIRST, "a", 1) };
    assert_eq!(after(|facts| facts.sent.insert(0, again.clone())), []);
    assert_eq!(after(|facts| facts.sent.push(again)), []);
}

#[test]
fn a_message_that_was_never_acknowledged_may_be_stored_or_not() {
    assert_eq!(after(|facts| facts.sent[1].acknowledged = None), []);
    let unstored = after(|facts| {
        facts.sent[1].acknowledged = None;
        facts.stored.messages.pop();
    });
    assert_eq!(unstored, []);
}

#[test]
fn a_lost_message_is_seen() {
    assert_eq!(after(|facts| drop(facts.stored.messages.pop())), [Violation::Lost(SECOND)]);
}

#[test]
fn a_doubled_message_is_seen() {
    let doubled = after(|facts| facts.stored.messages.push(message(SECOND, "b", 3)));
    assert_eq!(doubled, [Violation::Doubled(SECOND)]);
}

#[test]
fn altered_bytes_are_seen() {
    let altered = after(|facts| facts.stored.messages[0].body.push(' '));
    assert_eq!(altered, [Violation::Altered(FIRST)]);
}

#[test]
fn a_gap_and_a_number_that_was_not_promised_are_seen() {
    let misplaced = after(|facts| facts.stored.messages[1].seq = 3);
    assert_eq!(misplaced, [Violation::Misplaced(SECOND), Violation::Gap(CONVERSATION)]);
    let same = after(|facts| {
        facts.stored.messages[1].seq = 1;
        facts.sent[1].acknowledged = None;
    });
    assert_eq!(same, [Violation::Gap(CONVERSATION)]);
}

#[test]
fn a_message_from_nowhere_is_seen() {
    assert_eq!(after(|facts| drop(facts.sent.pop())), [Violation::Invented(SECOND)]);
}

#[test]
fn an_event_that_did_not_arrive_is_seen() {
    let unpublished = after(|facts| facts.stored.events[0].published_at = None);
    assert_eq!(unpublished, [Violation::Unpublished(EVENT)]);
    assert_eq!(after(|facts| facts.stored.heard.clear()), [Violation::Unheard(EVENT)]);
}

#[test]
fn a_chat_that_nobody_was_told_of_is_seen() {
    let silent = after(|facts| {
        facts.stored.deliveries.clear();
        facts.texts.clear();
    });
    assert_eq!(silent, [Violation::Unannounced(CONVERSATION)]);
}

#[test]
fn an_urgent_first_message_announces_its_chat() {
    assert_eq!(after(|facts| facts.stored.deliveries[0].kind = "urgent_chat".to_owned()), []);
}

#[test]
fn a_chat_that_was_announced_twice_is_seen() {
    let twice = after(|facts| {
        let first = facts.stored.deliveries[0].clone();
        let second = Delivery { id: id(50), event_id: id(40), ..first };
        facts.stored.deliveries.push(second);
        facts.stored.attempts.push(Attempt { id: id(60), delivery_id: id(50) });
        facts.texts.push(text("SM2", Some(id(60))));
    });
    assert_eq!(twice, [Violation::AnnouncedTwice(CONVERSATION)]);
}

#[test]
fn two_notices_of_an_event_for_one_number_are_seen() {
    let second = Delivery { id: id(50), state: "failed".to_owned(), ..sound().stored.deliveries[0].clone() };
    let second = Delivery { reason: Some("refused".to_owned()), ..second };
    let twice = after(|facts| facts.stored.deliveries.push(second.clone()));
    assert_eq!(twice, [Violation::PlannedTwice(EVENT)]);
    let suppressed = Delivery { state: "suppressed".to_owned(), ..second };
    assert_eq!(after(|facts| facts.stored.deliveries.push(suppressed)), []);
}

#[test]
fn a_notice_that_has_not_ended_is_seen() {
    for state in ["ready", "sending", "ambiguous", "anything new"] {
        assert_eq!(in_state(state), [Violation::Unsettled(NOTICE, state.to_owned())]);
    }
}

#[test]
fn a_notice_that_ended_badly_without_a_reason_is_seen() {
    for state in ["failed", "undelivered", "unknown"] {
        assert_eq!(in_state(state), [Violation::Unexplained(NOTICE, state.to_owned())]);
        let explained = after(|facts| {
            facts.stored.deliveries[0].state = state.to_owned();
            facts.stored.deliveries[0].reason = Some("carrier".to_owned());
        });
        assert_eq!(explained, []);
    }
}

#[test]
fn a_second_sms_is_seen_unless_it_is_flagged() {
    let again = |facts: &mut Facts| facts.texts.push(text("SM2", Some(ATTEMPT)));
    assert_eq!(after(again), [Violation::TextedTwice(NOTICE, 2)]);
    let flagged = after(|facts| {
        again(facts);
        facts.stored.deliveries[0].resend = Some("possible_duplicate".to_owned());
    });
    assert_eq!(flagged, []);
}

#[test]
fn an_sms_of_a_second_attempt_counts_for_the_same_notice() {
    let again = after(|facts| {
        facts.stored.attempts.push(Attempt { id: id(60), delivery_id: NOTICE });
        facts.texts.push(text("SM2", Some(id(60))));
    });
    assert_eq!(again, [Violation::TextedTwice(NOTICE, 2)]);
}

#[test]
fn an_sms_that_the_log_denies_is_seen() {
    let reason = |facts: &mut Facts| facts.stored.deliveries[0].reason = Some("type_off".to_owned());
    let denied = after(|facts| {
        facts.stored.deliveries[0].state = "suppressed".to_owned();
        reason(facts);
    });
    assert_eq!(denied, [Violation::TextedInSilence(NOTICE, "suppressed".to_owned())]);
}

#[test]
fn an_sms_that_never_went_out_is_seen() {
    let claimed = after(|facts| facts.texts.clear());
    assert_eq!(claimed, [Violation::NeverTexted(NOTICE, "delivered".to_owned())]);
}

#[test]
fn an_sms_that_nobody_planned_is_seen() {
    for attempt in [None, Some(id(99))] {
        let stray = after(|facts| facts.texts.push(text("SM2", attempt)));
        assert_eq!(stray, [Violation::Unaccounted("SM2".to_owned())]);
    }
}

#[test]
fn callback_addresses_name_their_attempt() {
    assert_eq!(facts::attempt_of(&format!("http://127.0.0.1:1/twilio/status/{ATTEMPT}")), Some(ATTEMPT));
    assert_eq!(facts::attempt_of("http://127.0.0.1:1/elsewhere"), None);
}
