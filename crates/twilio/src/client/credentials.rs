//! Who the client speaks for. Secrets redact their `Debug`.

use secrecy::SecretString;

/// An account and the way to open it.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account, `AC…`; always in the path, whichever way of authentication is used.
    pub account_sid: String,
    /// The way to open it.
    pub auth: Auth,
}

/// How requests authenticate. Callbacks are signed with the auth token in either case.
#[derive(Clone, Debug)]
pub enum Auth {
    /// The account's auth token.
    AuthToken(SecretString),
    /// An API key, which can be revoked alone.
    ApiKey {
        /// Its id, `SK…`.
        sid: String,
        /// Its secret.
        secret: SecretString,
    },
}

impl Credentials {
    /// User and password of HTTP Basic authentication.
    pub(super) fn basic(&self) -> (&str, &SecretString) {
        match &self.auth {
            Auth::AuthToken(token) => (&self.account_sid, token),
            Auth::ApiKey { sid, secret } => (sid, secret),
        }
    }
}
