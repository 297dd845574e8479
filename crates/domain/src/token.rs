//! Secrets that open something: a visitor's chat, a single chat from an SMS, a session of the panel.
//!
//! A token is random bytes, shown once as base64url without padding (RFC 4648 §5) and stored only as its SHA-256.
//! A plain hash suffices: with 128 bits or more there is nothing to guess. `Debug` never shows a token.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A text that is not a token. It says no more, so that a guesser learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid token")]
pub struct TokenError;

/// What is stored of a token: its SHA-256.
///
/// `==` is for tests and keys of maps; to decide about access use [`TokenHash::matches`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// A hash from the store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are of the same token; takes the same time whatever the answer.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident: $bytes:literal bytes, $chars:literal chars;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Length of the text form.
            pub const CHARS: usize = $chars;

            /// A new token from the given source of randomness.
            pub fn generate(rng: &mut impl CryptoRng) -> Self {
                let mut bytes = [0; $bytes];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// Reads the text form: exactly the right length, canonical, no padding, no white space.
            ///
            /// # Errors
            /// [`TokenError`] for every other text.
            pub fn parse(text: &str) -> Result<Self, TokenError> {
                if text.len() != Self::CHARS {
                    return Err(TokenError);
                }
                let mut bytes = [0; $bytes];
                match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
                    Ok($bytes) => Ok(Self(bytes)),
                    _ => Err(TokenError),
                }
            }

            /// The text form, for the one who may hold the token. Never for a log.
            pub fn reveal(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }

            /// What to store and to compare.
            pub fn hash(&self) -> TokenHash {
                TokenHash(Sha256::digest(self.0).into())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

tokens! {
    /// Opens one conversation for the visitor who began it.
    VisitorToken: 32 bytes, 43 chars;
    /// Opens one chat for one recipient from the link in an SMS; short, because every character there is paid for.
    LinkToken: 16 bytes, 22 chars;
    /// A session of the panel, held in its cookie.
    SessionToken: 32 bytes, 43 chars;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_token_survives_its_text_form() {
        let token = VisitorToken::generate(&mut StdRng::seed_from_u64(1));
        let text = token.reveal();
        assert_eq!(text.len(), VisitorToken::CHARS);
        assert!(VisitorToken::parse(&text).unwrap().hash().matches(&token.hash()));
    }

    #[test]
    fn two_tokens_never_match() {
        let mut rng = StdRng::seed_from_u64(2);
        let (one, two) = (LinkToken::generate(&mut rng), LinkToken::generate(&mut rng));
        assert_eq!(one.reveal().len(), LinkToken::CHARS);
        assert!(!one.hash().matches(&two.hash()));
        assert!(TokenHash::from_bytes(*one.hash().as_bytes()).matches(&one.hash()));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        let zeros = VisitorToken::parse(&"A".repeat(43)).unwrap();
        let expected = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        let hex: String = zeros.hash().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }

    #[test]
    fn anything_but_the_canonical_text_is_refused() {
        let good = "A".repeat(43);
        for broken in [
            String::new(),
            "A".repeat(42),
            "A".repeat(44),
            format!("{}=", &good[..42]),
            format!("{good}="),
            format!(" {}", &good[1..]),
            format!("{}+", &good[1..]),
            format!("{}/", &good[1..]),
            format!("{}B", &good[1..]), // the last character's low bits are not zero
            "é".repeat(21) + "A",
        ] {
            assert_eq!(VisitorToken::parse(&broken).err(), Some(TokenError), "{broken}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let token = SessionToken::generate(&mut StdRng::seed_from_u64(3));
        assert_eq!(format!("{token:?} {:?}", token.hash()), "SessionToken(…) TokenHash(…)");
    }

    proptest! {
        #[test]
        fn what_parses_is_the_one_text_of_its_token(text in "[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{22}|\\PC{0,50}") {
            if let Ok(token) = VisitorToken::parse(&text) {
                prop_assert_eq!(token.reveal(), text.clone());
            }
            if let Ok(token) = LinkToken::parse(&text) {
                prop_assert_eq!(token.reveal(), text);
            }
        }
    }
}
