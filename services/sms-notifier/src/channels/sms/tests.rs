use super::*;

const NOW: deskbell_domain::Timestamp = deskbell_domain::Timestamp::from_micros(1_780_000_000_000_000);

fn rejected(status: u16, code: u32, class: ErrorClass) -> SendOutcome {
    sent(Err(SendError::Rejected { status, code: Some(code), message: String::new(), class })).outcome
}

fn message(body: &str, created: &str) -> Message {
    let json = format!(r#"{{"sid":"SM1","status":"sent","body":"{body}","date_created":"{created}"}}"#);
    serde_json::from_str(&json).unwrap()
}

#[test]
fn each_class_of_refusal_calls_for_its_own_mend() {
    let kind = |outcome| match outcome {
        SendOutcome::Rejected { rejection, .. } => Some(rejection),
        _ => None,
    };
    assert_eq!(kind(rejected(401, 20_003, ErrorClass::Config)), Some(Rejection::Configuration));
    assert_eq!(kind(rejected(400, 21_610, ErrorClass::OptedOut)), Some(Rejection::OptedOut));
    assert_eq!(kind(rejected(400, 21_211, ErrorClass::PermanentRecipient)), Some(Rejection::Recipient));
    assert_eq!(kind(rejected(400, 21_617, ErrorClass::PermanentRequest)), Some(Rejection::Request));
    let limit =
        SendError::RateLimited { retry_after: None, code: Some(DAILY_LIMIT), class: ErrorClass::Later };
    assert_eq!(kind(sent(Err(limit)).outcome), Some(Rejection::DailyLimit));
}

#[test]
fn what_may_have_been_taken_is_ambiguous_and_what_was_not_is_not() {
    let ambiguous = SendError::Ambiguous { reason: String::new() };
    assert_eq!(sent(Err(ambiguous)).outcome, SendOutcome::Ambiguous);
    assert_eq!(rejected(503, 20_503, ErrorClass::Ambiguous), SendOutcome::Ambiguous);
    assert_eq!(sent(Err(SendError::NotSent { reason: String::new() })).outcome, SendOutcome::NotSent);
}

#[test]
fn an_attempt_is_recognised_by_its_reference_and_not_by_an_older_text() {
    let sought = Sought { to: "+14155552671", reference: "abcDEF123", started_at: NOW };
    let own = message("Acme: New chat https://x.example/r/abcDEF123", "Thu, 28 May 2026 20:26:41 +0000");
    let other = message("Acme: New chat https://x.example/r/zzzDEF123", "Thu, 28 May 2026 20:26:41 +0000");
    let old = message("Acme: New chat https://x.example/r/abcDEF123", "Thu, 28 May 2026 19:26:41 +0000");
    let lookup = |messages: &[Message]| pick(messages, &sought).lookup;
    assert_eq!(lookup(&[other.clone(), own]), Lookup::Found(ProviderStatus::Sent));
    assert_eq!(lookup(&[other, old]), Lookup::Missing);
}
