use std::time::Duration;

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn progress(state: DeliveryState) -> Progress {
    Progress { state, attempts: 1, resend: None, due_at: NOW }
}

fn sent(state: DeliveryState, outcome: &SendOutcome) -> Option<Transition> {
    after_send(&progress(state), true, outcome, &DeliveryPolicy::default(), Jitter(0), NOW)
}

fn report(status: ProviderStatus) -> StatusReport {
    StatusReport { status, code: None, rejection: None, passing: false }
}

#[test]
fn an_unclear_answer_is_never_ready_to_be_sent_again() {
    let transition = sent(DeliveryState::Sending, &SendOutcome::Ambiguous).unwrap();
    assert_eq!(transition.state, DeliveryState::Ambiguous);
    assert!(!transition.refund, "the money may have been spent");
}

#[test]
fn what_certainly_was_not_sent_is_tried_again_and_refunded() {
    for outcome in [SendOutcome::NotSent, SendOutcome::RateLimited { retry_after: None }] {
        let transition = sent(DeliveryState::Sending, &outcome).unwrap();
        assert_eq!(transition.state, DeliveryState::Ready);
        assert!(transition.refund);
        assert!(transition.next_at.unwrap() > NOW);
    }
}

#[test]
fn retry_after_is_obeyed() {
    let outcome = SendOutcome::RateLimited { retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(
        sent(DeliveryState::Sending, &outcome).unwrap().next_at,
        Some(NOW.plus(Duration::from_secs(7)))
    );
}

#[test]
fn refusals_call_for_their_own_mends() {
    let refused = |rejection| {
        sent(DeliveryState::Sending, &SendOutcome::Rejected { code: Some(1), rejection }).unwrap()
    };
    assert_eq!(refused(Rejection::OptedOut).effect, Effect::DisableRecipient("opted_out"));
    assert_eq!(refused(Rejection::Recipient).state, DeliveryState::Failed);
    assert_eq!(refused(Rejection::Request).effect, Effect::None);
    assert_eq!(refused(Rejection::Configuration).state, DeliveryState::Ready);
    assert!(matches!(refused(Rejection::Configuration).effect, Effect::OpenCircuit(_)));
    let Effect::OpenCircuit(until) = refused(Rejection::DailyLimit).effect else { panic!("no circuit") };
    assert_eq!(until.as_micros() % (86_400 * 1_000_000), 0, "the provider's day begins at midnight UTC");
}

#[test]
fn an_early_callback_outranks_the_answer_that_follows() {
    for state in [DeliveryState::Sent, DeliveryState::Delivered] {
        let accepted = SendOutcome::Accepted { sid: "SM1".into(), status: ProviderStatus::Accepted };
        assert_eq!(sent(state, &accepted), None);
        assert_eq!(sent(state, &SendOutcome::Ambiguous), None);
    }
}

#[test]
fn silence_of_the_list_never_ends_the_window() {
    let policy = DeliveryPolicy::default();
    let ambiguous = progress(DeliveryState::Ambiguous);
    let late = NOW.plus(Duration::from_secs(3_600));
    let transition = after_lookup(&ambiguous, Lookup::NoAnswer, NOW, &policy, late).unwrap();
    assert_eq!(transition.state, DeliveryState::Ambiguous);
    let transition = after_lookup(&ambiguous, Lookup::Missing, NOW, &policy, late).unwrap();
    assert_eq!(
        (transition.state, transition.resend),
        (DeliveryState::Ready, Some(Resend::PossibleDuplicate))
    );
    let twice = Progress { resend: Some(Resend::PossibleDuplicate), ..ambiguous };
    let transition = after_lookup(&twice, Lookup::Missing, NOW, &policy, late).unwrap();
    assert_eq!(transition.state, DeliveryState::Unknown);
}

#[test]
fn a_passing_carrier_failure_is_repeated_once() {
    let failure = StatusReport { passing: true, code: Some(30_008), ..report(ProviderStatus::Undelivered) };
    let policy = DeliveryPolicy::default();
    let first = after_status(&progress(DeliveryState::Sent), true, &failure, &policy, NOW).unwrap();
    assert_eq!((first.state, first.resend), (DeliveryState::Ready, Some(Resend::AfterCarrierFailure)));
    let again = Progress { resend: first.resend, ..progress(DeliveryState::Sent) };
    let second = after_status(&again, true, &failure, &policy, NOW).unwrap();
    assert_eq!(second.state, DeliveryState::Undelivered);
}

#[test]
fn bad_news_of_an_earlier_attempt_says_nothing_of_the_delivery() {
    let policy = DeliveryPolicy::default();
    let sending = progress(DeliveryState::Sending);
    assert_eq!(after_status(&sending, false, &report(ProviderStatus::Failed), &policy, NOW), None);
    assert!(after_status(&sending, false, &report(ProviderStatus::Delivered), &policy, NOW).is_some());
}

fn any_status() -> impl Strategy<Value = ProviderStatus> {
    prop::sample::select(vec![
        ProviderStatus::Accepted,
        ProviderStatus::Sent,
        ProviderStatus::Delivered,
        ProviderStatus::Undelivered,
        ProviderStatus::Failed,
    ])
}

proptest! {
    #[test]
    fn every_order_of_the_same_callbacks_ends_alike_when_one_is_final(
        statuses in Just([ProviderStatus::Accepted, ProviderStatus::Sent, ProviderStatus::Delivered]).prop_shuffle(),
    ) {
        let policy = DeliveryPolicy::default();
        let mut now = progress(DeliveryState::Sending);
        for status in statuses {
            if let Some(transition) = after_status(&now, true, &report(status), &policy, NOW) {
                now.state = transition.state;
            }
        }
        prop_assert_eq!(now.state, DeliveryState::Delivered);
    }

    #[test]
    fn a_status_only_rises(statuses in prop::collection::vec(any_status(), 0..20)) {
        let policy = DeliveryPolicy::default();
        let mut now = progress(DeliveryState::Sending);
        for status in statuses {
            if let Some(transition) = after_status(&now, true, &report(status), &policy, NOW) {
                prop_assert!(transition.state.rank() > now.state.rank());
                now.state = transition.state;
            }
        }
    }
}
