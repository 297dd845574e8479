//! Passwords: argon2id (RFC 9106), in PHC format, away from the threads that answer requests.
//!
//! A check takes 19 MiB and some ten milliseconds by design, so only a few run at once; the others wait their turn for a
//! bounded time. Somebody unknown is checked against a hash that nothing fits, and so takes as long as anybody else.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use deskbell_http::Problem;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Semaphore;

/// Fewest characters of a new password; the settings ask as much of ADMIN_PASSWORD.
const NEW_PASSWORD_MIN_CHARS: usize = 8;
/// Most bytes of a password; hashing a megabyte would be a gift to an attacker.
const PASSWORD_MAX_BYTES: usize = 256;

/// Checks at once. Each fills 19 MiB.
const CONCURRENT_MAX: usize = 2;
const WAIT_MAX: Duration = Duration::from_secs(5);

/// A password that somebody claims to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SecretString")]
pub(crate) struct Password(SecretString);

/// A password that somebody wants to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SecretString")]
pub(crate) struct NewPassword(SecretString);

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordError {
    Length,
    Short,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => write!(f, "must have 1 to {PASSWORD_MAX_BYTES} bytes"),
            Self::Short => write!(f, "must have {NEW_PASSWORD_MIN_CHARS} characters or more"),
        }
    }
}

impl std::error::Error for PasswordError {}

impl TryFrom<SecretString> for Password {
    type Error = PasswordError;

    fn try_from(text: SecretString) -> Result<Self, PasswordError> {
        match text.expose_secret().len() {
            1..=PASSWORD_MAX_BYTES => Ok(Self(text)),
            _ => Err(PasswordError::Length),
        }
    }
}

impl TryFrom<SecretString> for NewPassword {
    type Error = PasswordError;

    fn try_from(text: SecretString) -> Result<Self, PasswordError> {
        let Password(text) = text.try_into()?;
        if text.expose_secret().chars().count() < NEW_PASSWORD_MIN_CHARS {
            return Err(PasswordError::Short);
        }
        Ok(Self(text))
    }
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    nobodys: Arc<str>,
}

impl Passwords {
    /// Makes the hash that nobody's password fits.
    pub(crate) async fn prepare() -> anyhow::Result<Self> {
        let unknowable = SecretString::from(uuid::Uuid::new_v4().to_string());
        let nobodys = off_thread(move || hash(&unknowable)).await??;
        Ok(Self { turns: Arc::new(Semaphore::new(CONCURRENT_MAX)), nobodys: nobodys.into() })
    }

    /// The hash to store.
    pub(crate) async fn hash(&self, NewPassword(password): NewPassword) -> Result<String, Problem> {
        self.in_turn(move || hash(&password)).await
    }

    /// Whether the password fits the hash. Without a hash it never does, after the same work.
    pub(crate) async fn fits(
        &self,
        Password(password): Password,
        hash: Option<&str>,
    ) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobodys).to_owned();
        let fits = self.in_turn(move || check(&password, &hash)).await?;
        Ok(fits && known)
    }

    async fn in_turn<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> anyhow::Result<T> + Send + 'static,
    {
        let turn = tokio::time::timeout(WAIT_MAX, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|waited| Problem::unavailable("too many people are logging in, try again", waited))?
            .map_err(Problem::internal)?;
        let done = off_thread(move || {
            let _turn = turn;
            work()
        });
        done.await.and_then(|result| result).map_err(|error| Problem::internal(error.into_boxed_dyn_error()))
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("hashing was interrupted")
}

fn hash(password: &SecretString) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    Ok(hash.map_err(|error| anyhow!("the password could not be hashed: {error}"))?.to_string())
}

fn check(password: &SecretString, hash: &str) -> anyhow::Result<bool> {
    let hash = PasswordHash::new(hash).map_err(|error| anyhow!("the stored hash cannot be read: {error}"))?;
    Ok(Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        SecretString::from(text).try_into().unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_fits_and_nobodys_never_does() {
        let passwords = Passwords::prepare().await.unwrap();
        let new = NewPassword::try_from(SecretString::from("correct horse")).unwrap();
        let hash = passwords.hash(new).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.fits(password("correct horse"), Some(&hash)).await.unwrap());
        assert!(!passwords.fits(password("correct house"), Some(&hash)).await.unwrap());
        assert!(!passwords.fits(password("correct horse"), None).await.unwrap());
    }

    #[test]
    fn short_and_huge_passwords_are_refused_and_none_is_shown() {
        let new = |text: &str| NewPassword::try_from(SecretString::from(text));
        assert_eq!(new("1234567").err(), Some(PasswordError::Short));
        assert_eq!(new("").err(), Some(PasswordError::Length));
        assert_eq!(new(&"x".repeat(257)).err(), Some(PasswordError::Length));
        assert!(!format!("{:?}", new("correct horse").unwrap()).contains("horse"));
    }
}
