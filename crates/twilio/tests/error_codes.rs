//! Every code of the fixture is known with its class, and unknown ones have a sensible default.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use deskbell_twilio::{ErrorClass, Phase, explain, explain_in};

#[derive(serde::Deserialize)]
struct Known {
    code: u32,
    class: String,
    phase: String,
}

fn fixture() -> Vec<Known> {
    serde_json::from_str(include_str!("fixtures/errors.json")).unwrap()
}

#[test]
fn every_known_code_has_its_class_in_every_phase() {
    assert!(fixture().len() > 50);
    for known in fixture() {
        assert_eq!(explain(known.code).class.as_str(), known.class, "{} ({})", known.code, known.phase);
        for status in [400, 404, 429, 500] {
            let explanation = explain_in(Some(known.code), Phase::Create { status });
            assert_eq!(explanation, explain(known.code), "{} with {status}", known.code);
        }
    }
}

#[test]
fn explanations_are_sentences_in_plain_words() {
    let default = explain(1);
    for known in fixture() {
        let explanation = explain(known.code);
        assert_ne!(explanation.title, default.title, "{}", known.code);
        for text in [explanation.title, explanation.mend] {
            assert!(text.ends_with('.') && text.len() > 15 && !text.contains("  "), "{}: {text}", known.code);
        }
    }
}

#[test]
fn unknown_codes_are_judged_by_the_phase() {
    let class = |code, phase| explain_in(code, phase).class;
    for (status, expected) in [
        (400, ErrorClass::PermanentRequest),
        (401, ErrorClass::Config),
        (403, ErrorClass::Config),
        (404, ErrorClass::Config),
        (408, ErrorClass::Ambiguous),
        (422, ErrorClass::PermanentRequest),
        (429, ErrorClass::Backoff),
        (500, ErrorClass::Ambiguous),
        (503, ErrorClass::Ambiguous),
        (302, ErrorClass::Ambiguous),
    ] {
        assert_eq!(class(None, Phase::Create { status }), expected, "{status}");
        assert_eq!(class(Some(99_999), Phase::Create { status }), expected, "{status}");
    }
    assert_eq!(class(Some(99_999), Phase::Delivery), ErrorClass::PermanentRequest);
}
