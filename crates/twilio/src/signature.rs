//! The `X-Twilio-Signature` header: HMAC-SHA1 over the public URL and the sorted form parameters, keyed with the
//! account's auth token (never with an API key's secret).
//!
//! Source: <https://www.twilio.com/docs/usage/security#validating-requests>. Twilio sometimes signs the URL with the
//! scheme's port and sometimes without, so both spellings are tried.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Name of the header that carries the signature.
pub const HEADER: &str = "X-Twilio-Signature";

/// Query parameter that carries the SHA-256 of a body that is not a form.
const BODY_HASH_PARAMETER: &str = "bodySHA256";

/// Whether `signature` is Twilio's for a form post of `params` to `url`.
///
/// `url` is the public URL as Twilio was given it, query included; `params` are the decoded form parameters, all of
/// them, untrimmed. Takes the same time whichever byte of the signature differs.
pub fn validate(auth_token: &SecretString, signature: &str, url: &str, params: &[(String, String)]) -> bool {
    let spellings = [without_port(url), with_port(url)];
    let mut valid = subtle::Choice::from(0);
    for spelling in spellings {
        let expected = sign(auth_token, &spelling, params);
        valid |= expected.as_bytes().ct_eq(signature.as_bytes());
    }
    valid.into()
}

/// Whether `signature` is Twilio's for a post of a body that is no form (JSON): the URL alone is signed, and its
/// `bodySHA256` parameter vouches for the body.
pub fn validate_body(auth_token: &SecretString, signature: &str, url: &str, body: &[u8]) -> bool {
    let Some(claimed) = body_hash_in(url) else { return false };
    let actual = hex(&Sha256::digest(body));
    let same_body: bool = actual.as_bytes().ct_eq(claimed.to_ascii_lowercase().as_bytes()).into();
    validate(auth_token, signature, url, &[]) && same_body
}

/// The signature of a form post of `params` to exactly `url`.
pub fn sign(auth_token: &SecretString, url: &str, params: &[(String, String)]) -> String {
    let mut sorted: Vec<(&str, &str)> = params.iter().map(|(key, value)| (&**key, &**value)).collect();
    sorted.sort_unstable();
    sorted.dedup();

    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (key, value) in sorted {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64.encode(mac.finalize().into_bytes())
}

/// The URL's `bodySHA256` parameter, if it has one.
fn body_hash_in(url: &str) -> Option<Cow<'_, str>> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or(query);
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == BODY_HASH_PARAMETER)
        .map(|(_, value)| value)
}

/// The URL cut into scheme (with `://`), user and host, port (with `:`, or empty), and all that follows, byte for byte:
/// parsing it with a URL library would normalise characters that Twilio signed as they were.
fn split(url: &str) -> Option<[&str; 4]> {
    let scheme_end = url.find("://")? + 3;
    let (scheme, rest) = url.split_at(scheme_end);
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host_start = authority.rfind('@').map_or(0, |at| at + 1);
    let after_ipv6 = authority.rfind(']').map_or(host_start, |bracket| bracket + 1);
    let host_end = authority[after_ipv6..].find(':').map_or(authority.len(), |colon| after_ipv6 + colon);
    let (host, port) = authority.split_at(host_end);
    Some([scheme, host, port, tail])
}

fn without_port(url: &str) -> Cow<'_, str> {
    match split(url) {
        Some([scheme, host, port, tail]) if !port.is_empty() => Cow::Owned([scheme, host, tail].concat()),
        _ => Cow::Borrowed(url),
    }
}

fn with_port(url: &str) -> Cow<'_, str> {
    match split(url) {
        Some([scheme, host, "", tail]) => {
            let port = if scheme.eq_ignore_ascii_case("https://") { ":443" } else { ":80" };
            Cow::Owned([scheme, host, port, tail].concat())
        }
        _ => Cow::Borrowed(url),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_found_behind_user_names_and_ipv6_addresses() {
        for (with, without) in [
            ("https://a.example:443/x?y=1:2", "https://a.example/x?y=1:2"),
            ("http://u:p@a.example:80", "http://u:p@a.example"),
            ("https://[::1]:443/", "https://[::1]/"),
        ] {
            assert_eq!(without_port(with), without);
            assert_eq!(with_port(without), with);
            assert_eq!(with_port(with), with);
            assert_eq!(without_port(without), without);
        }
    }

    #[test]
    fn text_that_is_no_url_is_left_alone() {
        assert_eq!(without_port("no url: at all"), "no url: at all");
        assert_eq!(with_port(""), "");
    }

    #[test]
    fn hex_is_lower_case_and_keeps_leading_zeros() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
