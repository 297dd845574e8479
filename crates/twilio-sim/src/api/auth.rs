//! HTTP Basic authentication with the account or with an API key; the account is in the path either way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hyper::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::{ApiError, Call};
use crate::sim::Sim;

/// The account that the request is about, if its credentials open it.
pub(super) fn check<'a>(sim: &Sim, call: &Call<'a>) -> Result<&'a str, ApiError> {
    let settings = &sim.settings;
    let (user, password) =
        call.headers.get(AUTHORIZATION).and_then(credentials).ok_or_else(ApiError::unauthorized)?;
    let right = |secret: &SecretString| password == secret.expose_secret();
    let account = call.path[0];
    let opened = if is_sid(&user, "AC") {
        right(&settings.auth_token) && known(&user, settings.account_sid.as_deref())
    } else {
        is_sid(&user, "SK")
            && right(&settings.api_key_secret)
            && known(&user, settings.api_key_sid.as_deref())
    };
    if !opened {
        return Err(ApiError::unauthorized());
    }
    let own = user == account || user.starts_with("SK") && known(account, settings.account_sid.as_deref());
    if own && is_sid(account, "AC") { Ok(account) } else { Err(ApiError::not_found(call.full_path)) }
}

/// The header with the user but without the password, for the record.
pub(super) fn without_password(value: &HeaderValue) -> String {
    match credentials(value) {
        Some((user, _)) => format!("Basic {user}:…"),
        None => "…".to_owned(),
    }
}

fn credentials(value: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    let decoded = String::from_utf8(BASE64.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    scheme.eq_ignore_ascii_case("Basic").then(|| (user.to_owned(), password.to_owned()))
}

fn known(sid: &str, only: Option<&str>) -> bool {
    only.is_none_or(|only| only == sid)
}

/// Two letters and 32 hex digits.
pub(super) fn is_sid(text: &str, kind: &str) -> bool {
    text.strip_prefix(kind)
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
