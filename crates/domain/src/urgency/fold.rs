//! Text as it is compared: small letters without accents, one space around and between words.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// Folds a text to search in. It begins and ends with a space, so that the spaces of a pattern are word boundaries.
pub(super) fn fold_text(text: &str) -> String {
    let mut folded = Folded::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            fold_char(c, &mut folded);
        }
    }
    folded.finish()
}

/// Compatibility decomposition (Unicode Standard Annex 15) splits accents off and joins the forms of a letter. It
/// goes by single characters: the order of accents, for which whole texts are normalised, does not matter here.
fn fold_char(c: char, folded: &mut Folded) {
    c.to_lowercase().for_each(|c| {
        decompose_compatible(c, |part| {
            if canonical_combining_class(part) == 0 {
                part.to_lowercase().for_each(|c| folded.push(c));
            }
        });
    });
}

/// Folds a word or phrase to search for; `None` when it has no letter or digit.
///
/// Chinese, Japanese, Thai, Lao, Khmer and Burmese write no spaces between words: there it may match anywhere.
pub(super) fn fold_phrase(phrase: &str) -> Option<String> {
    let folded = fold_text(phrase);
    match folded.trim() {
        "" => None,
        bare if bare.chars().any(is_unspaced_script) => Some(bare.to_owned()),
        _ => Some(folded),
    }
}

fn is_unspaced_script(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

struct Folded(String);

impl Folded {
    fn with_capacity(bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes + 2);
        text.push(' ');
        Self(text)
    }

    fn push(&mut self, c: char) {
        match c {
            'ß' => self.0.push_str("ss"),
            c if c.is_alphanumeric() => self.0.push(c),
            _ if !self.0.ends_with(' ') => self.0.push(' '),
            _ => {}
        }
    }

    fn finish(mut self) -> String {
        if !self.0.ends_with(' ') {
            self.0.push(' ');
        }
        self.0
    }
}
