//! What a section's values must satisfy beyond their types.

use std::fmt::Display;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::layers::Layers;

/// A group of settings that can judge its own values.
pub(super) trait Section {
    /// Reports each value that cannot be used.
    fn check(&self, check: &mut Check<'_>);
}

/// Collects the problems of one section under the keys' full names.
pub(super) struct Check<'a> {
    section: &'static str,
    layers: &'a mut Layers,
}

impl<'a> Check<'a> {
    pub(super) fn new(section: &'static str, layers: &'a mut Layers) -> Self {
        Self { section, layers }
    }

    /// Reports `detail` about this key unless the condition holds.
    pub(super) fn expect(&mut self, key: &str, holds: bool, detail: impl Into<String>) {
        if !holds {
            self.layers.report(&format!("{}.{key}", self.section), detail);
        }
    }

    /// The value is one or more.
    pub(super) fn positive(&mut self, key: &str, value: u64) {
        self.expect(key, value > 0, "expected a whole number of at least 1, not 0");
    }

    /// The value lies within these bounds.
    pub(super) fn within<T: Copy + PartialOrd + Display>(&mut self, key: &str, value: T, min: T, max: T) {
        let holds = min <= value && value <= max;
        self.expect(key, holds, format!("expected {min} to {max}, not {value}"));
    }

    /// The secret URL has one of these schemes. Says nothing of the value but its scheme: the rest may be a password.
    pub(super) fn scheme(&mut self, key: &str, url: &SecretString, expected: &[&str]) {
        let url = url.expose_secret();
        let holds = expected.iter().any(|scheme| url.starts_with(scheme));
        let given = match url.split_once(':') {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) => {
                format!("not the scheme {scheme:?}")
            }
            _ => "not a text without a scheme".to_owned(),
        };
        self.expect(
            key,
            holds,
            format!("expected a URL that begins with {}, {given}", expected.join(" or ")),
        );
    }

    /// The URL can have paths appended: http or https, no query, no fragment.
    pub(super) fn base_url(&mut self, key: &str, url: &Url) {
        let holds = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none();
        self.expect(key, holds, format!("expected an address such as https://chat.example.com, not {url}"));
    }
}
