//! The signature check agrees with Twilio's own library, whose verdicts are the fixture.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use deskbell_twilio::{callback, signature};
use proptest::prelude::*;
use secrecy::SecretString;

#[derive(serde::Deserialize)]
struct Fixture {
    vectors: Vec<Vector>,
}

#[derive(Clone, serde::Deserialize)]
struct Vector {
    name: String,
    auth_token: String,
    url: String,
    content_type: String,
    body: String,
    signature: String,
    valid: bool,
}

impl Vector {
    fn check(&self) -> bool {
        let token = SecretString::from(self.auth_token.clone());
        if self.content_type == "application/json" {
            signature::validate_body(&token, &self.signature, &self.url, self.body.as_bytes())
        } else {
            let params = callback::parse_form(self.body.as_bytes());
            signature::validate(&token, &self.signature, &self.url, &params)
        }
    }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str::<Fixture>(include_str!("fixtures/signatures.json")).unwrap().vectors
}

/// The text with the character at `index` exchanged for another one.
fn altered(text: &str, index: usize) -> String {
    text.chars()
        .enumerate()
        .map(|(at, c)| match c {
            _ if at != index => c,
            'x' => 'y',
            _ => 'x',
        })
        .collect()
}

/// The characters of an ASCII URL by which it can be altered: all but its port, which is free.
fn url_indices_without_port(url: &str) -> Vec<usize> {
    let authority_start = url.find("://").unwrap() + 3;
    let authority_end = authority_start + url[authority_start..].find('/').unwrap();
    let port =
        url[authority_start..authority_end].find(':').map_or(authority_end, |colon| authority_start + colon);
    (0..url.len()).filter(|index| !(port..authority_end).contains(index)).collect()
}

#[test]
fn every_vector_has_the_verdict_of_twilios_library() {
    assert!(vectors().len() > 20);
    for vector in vectors() {
        assert_eq!(vector.check(), vector.valid, "{}", vector.name);
    }
}

#[test]
fn no_vector_survives_a_mutation_of_token_signature_or_body() {
    for vector in vectors().into_iter().filter(|vector| vector.valid) {
        for index in 0..vector.signature.len() {
            let mutant = Vector { signature: altered(&vector.signature, index), ..vector.clone() };
            assert!(!mutant.check(), "{}: signature {index}", vector.name);
        }
        for index in 0..vector.auth_token.len() {
            let mutant = Vector { auth_token: altered(&vector.auth_token, index), ..vector.clone() };
            assert!(!mutant.check(), "{}: token {index}", vector.name);
        }
        for addition in ["Extra=1", "%00=%00"] {
            let body = if vector.body.is_empty() {
                addition.to_owned()
            } else {
                format!("{}&{addition}", vector.body)
            };
            assert!(!Vector { body, ..vector.clone() }.check(), "{}: body plus {addition}", vector.name);
        }
        let mutable = url_indices_without_port(&vector.url);
        assert!(mutable.len() > 10, "{}", vector.name);
        for index in mutable {
            let mutant = Vector { url: altered(&vector.url, index), ..vector.clone() };
            assert!(!mutant.check(), "{}: url {index}", vector.name);
        }
        let mutant = Vector { url: format!("{}x", vector.url), ..vector.clone() };
        assert!(!mutant.check(), "{}: url end", vector.name);
    }
}

#[test]
fn the_hash_of_a_body_is_not_enough_without_a_signature_over_the_url() {
    let token = SecretString::from("0123456789abcdef0123456789abcdef");
    let url = "https://chat.example.com/hook?bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let signature = signature::sign(&token, url, &[]);
    assert!(signature::validate_body(&token, &signature, url, b"{}"));
    assert!(!signature::validate_body(&token, &signature, url, b"{ }"));
    assert!(!signature::validate_body(&token, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", url, b"{}"));
    let bare = "https://chat.example.com/hook";
    assert!(!signature::validate_body(&token, &signature::sign(&token, bare, &[]), bare, b""));
}

proptest! {
    #[test]
    fn what_is_signed_is_valid_in_any_order_and_with_repeats(
        params in prop::collection::vec((".{0,8}", ".{0,12}"), 0..8),
        path in "[a-z/?=&%]{0,20}",
    ) {
        let token = SecretString::from("token");
        let url = format!("https://chat.example.com/{path}");
        let signature = signature::sign(&token, &url, &params);
        let mut shuffled = params.clone();
        shuffled.reverse();
        shuffled.extend(params.iter().take(2).cloned());
        prop_assert!(signature::validate(&token, &signature, &url, &shuffled));
        shuffled.push(("one more".to_owned(), String::new()));
        prop_assert!(!signature::validate(&token, &signature, &url, &shuffled));
    }

    #[test]
    fn no_url_and_no_header_panic(url in ".{0,40}", header in ".{0,40}", body in ".{0,20}") {
        let token = SecretString::from("token");
        signature::validate(&token, &header, &url, &callback::parse_form(body.as_bytes()));
        signature::validate_body(&token, &header, &url, body.as_bytes());
    }
}
