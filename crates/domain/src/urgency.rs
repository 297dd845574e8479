//! Which messages are urgent: those with one of the owner's words, kept as a list per language.
//!
//! Words are matched whole, in any case and with or without accents (`Überschwemmung`, `uberschwemmung`), never
//! inside other words (`gas leak`, not `Vegas leakage`). All languages are searched, whatever the visitor's locale
//! says: people write in the language they panic in.

mod defaults;
mod fold;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use fold::{fold_phrase, fold_text};

/// Most languages.
pub const LANGUAGES_MAX: usize = 32;
/// Most words and phrases of all languages together.
pub const WORDS_MAX: usize = 500;
/// Most characters of one word or phrase.
pub const WORD_MAX_CHARS: usize = 60;

/// The owner's urgent words and phrases, ready to search with.
///
/// As JSON a map from language tag to list: `{"en": ["burst pipe", "flood"], "es": ["fuga de gas"]}`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Vec<String>>", into = "BTreeMap<String, Vec<String>>")]
pub struct UrgentWords {
    by_language: BTreeMap<String, Vec<String>>,
    /// As the owner wrote them, by the number of the pattern.
    patterns: Vec<String>,
    /// Patterns are folded and, in scripts that put spaces between words, have one at both ends.
    folded: Vec<String>,
    /// Made from `folded` by the first search: most who read the settings never search.
    matcher: OnceLock<AhoCorasick>,
}

/// Why a list is refused; the message names the language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrgentWordsError {
    /// More than [`LANGUAGES_MAX`].
    #[error("urgent_words: at most 32 languages")]
    TooManyLanguages,
    /// A key that is not a language tag.
    #[error("urgent_words: the keys must be language tags such as en or pt-BR")]
    Language,
    /// More than [`WORDS_MAX`].
    #[error("urgent_words: at most 500 words and phrases")]
    TooManyWords,
    /// A word that is empty, without letters or digits, or longer than [`WORD_MAX_CHARS`].
    #[error("urgent_words.{language}[{index}]: expected a word or phrase of 1 to 60 characters")]
    Word {
        /// The language of the list.
        language: String,
        /// Which word of the list, from 0.
        index: usize,
    },
}

impl UrgentWords {
    /// Takes lists by language and prepares the search.
    ///
    /// # Errors
    /// An [`UrgentWordsError`] that names what is wrong.
    pub fn new(by_language: BTreeMap<String, Vec<String>>) -> Result<Self, UrgentWordsError> {
        if by_language.len() > LANGUAGES_MAX {
            return Err(UrgentWordsError::TooManyLanguages);
        }
        if by_language.values().map(Vec::len).sum::<usize>() > WORDS_MAX {
            return Err(UrgentWordsError::TooManyWords);
        }
        let mut patterns = Vec::new();
        let mut folded = Vec::new();
        for (language, words) in &by_language {
            crate::body::Locale::parse(language).map_err(|_| UrgentWordsError::Language)?;
            for (index, word) in words.iter().enumerate() {
                let pattern = Some(word)
                    .filter(|word| word.chars().count() <= WORD_MAX_CHARS)
                    .and_then(|word| fold_phrase(word))
                    .ok_or_else(|| UrgentWordsError::Word { language: language.clone(), index })?;
                patterns.push(word.clone());
                folded.push(pattern);
            }
        }
        Ok(Self { by_language, patterns, folded, matcher: OnceLock::new() })
    }

    fn matcher(&self) -> &AhoCorasick {
        self.matcher.get_or_init(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&self.folded)
                .expect("500 patterns of a few hundred bytes are far below the automaton's limits")
        })
    }

    /// The first urgent word or phrase in the text, as the owner wrote it.
    pub fn matches(&self, text: &str) -> Option<&str> {
        if self.patterns.is_empty() {
            return None;
        }
        let found = self.matcher().find(&fold_text(text))?;
        Some(&self.patterns[found.pattern().as_usize()])
    }

    /// The lists by language.
    pub fn by_language(&self) -> &BTreeMap<String, Vec<String>> {
        &self.by_language
    }
}

impl Default for UrgentWords {
    /// Words for emergencies in a household, in English, Spanish, French, German and Portuguese.
    fn default() -> Self {
        Self::new(defaults::by_language()).expect("the built-in lists are well-formed")
    }
}

impl PartialEq for UrgentWords {
    fn eq(&self, other: &Self) -> bool {
        self.by_language == other.by_language
    }
}

impl Eq for UrgentWords {}

impl fmt::Debug for UrgentWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UrgentWords").field(&self.by_language).finish()
    }
}

impl TryFrom<BTreeMap<String, Vec<String>>> for UrgentWords {
    type Error = UrgentWordsError;

    fn try_from(by_language: BTreeMap<String, Vec<String>>) -> Result<Self, Self::Error> {
        Self::new(by_language)
    }
}

impl From<UrgentWords> for BTreeMap<String, Vec<String>> {
    fn from(words: UrgentWords) -> Self {
        words.by_language
    }
}

#[cfg(test)]
mod tests;
