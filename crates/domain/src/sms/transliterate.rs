//! Any text in the GSM 7-bit alphabet, readable: `“Déjà vu – ça va?”` becomes `"Déjà vu - ca va?"`.
//!
//! One character outside the alphabet would more than halve what fits into a segment. What the alphabet has is kept
//! (`é`, `ñ`, `Ω`); typography has plain equivalents; letters lose the accents that the alphabet lacks; other scripts
//! and emoji are spelt out by the tables of the `deunicode` crate; what nothing can spell is dropped.

use unicode_normalization::UnicodeNormalization;

use super::gsm7;

/// The text in the alphabet, on one line: white space and control characters are single spaces, none at the ends.
pub fn to_gsm7(text: &str) -> String {
    to_gsm7_bounded(text, usize::MAX)
}

/// As [`to_gsm7`], but stops soon after `enough` characters, so that a long message costs no more than a short one.
pub(super) fn to_gsm7_bounded(text: &str, enough: usize) -> String {
    let mut line = Line::default();
    for c in text.nfc() {
        if line.chars >= enough {
            break;
        }
        match replacement(c) {
            Replacement::Same => line.push(c),
            Replacement::Text(plain) => plain.chars().for_each(|c| line.push(c)),
            Replacement::Word(word) => {
                line.gap();
                word.chars().for_each(|c| line.push(c));
                line.gap();
            }
        }
    }
    line.text
}

enum Replacement {
    Same,
    Text(&'static str),
    /// Stands apart from its neighbours: an emoji's name.
    Word(&'static str),
}

fn replacement(c: char) -> Replacement {
    if c.is_whitespace() || c.is_control() {
        return Replacement::Text(" ");
    }
    if gsm7::septets(c).is_some() {
        return Replacement::Same;
    }
    match typography(c).or_else(|| deunicode::deunicode_char(c)) {
        Some(name) if is_pictograph(c) => Replacement::Word(name),
        Some(plain) => Replacement::Text(plain),
        None => Replacement::Text(""),
    }
}

/// Plain forms of what keyboards and word processors put in by themselves, and of what must vanish without a trace.
fn typography(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '`' | '´' | 'ʼ' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{2036}' | '«' | '»' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '•' | '·' => "-",
        '…' => "...",
        // Zero-width and direction marks, soft hyphen, variation selectors, skin tones, keycap frame, tags.
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' => "",
        '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' => "",
        '\u{e0000}'..='\u{e0fff}' => "",
        _ => return None,
    })
}

/// Symbols and emoji, whose plain form is a name and not a spelling.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
        && !matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Collects characters of the alphabet, with single spaces between words.
#[derive(Default)]
struct Line {
    text: String,
    chars: usize,
    gap: bool,
}

impl Line {
    fn gap(&mut self) {
        self.gap = true;
    }

    fn push(&mut self, c: char) {
        let c = if c == '`' { '\'' } else { c };
        if c.is_whitespace() {
            self.gap();
        } else if gsm7::septets(c).is_some() {
            if self.gap && !self.text.is_empty() {
                self.text.push(' ');
                self.chars += 1;
            }
            self.gap = false;
            self.text.push(c);
            self.chars += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stays_readable() {
        for (from, to) in [
            ("Can you come tomorrow at 9am?", "Can you come tomorrow at 9am?"),
            ("“It’s” ‘here’ – now…", "\"It's\" 'here' - now..."),
            ("«Ça va, être, aquí»", "\"Ça va, etre, aqui\""),
            ("ça", "ca"),
            ("Señor Müller à Ålesund, Øre, æ, ß", "Señor Müller à Ålesund, Øre, æ, ß"),
            ("e\u{301}n\u{303}o", "éño"),
            ("a\u{a0}b\tc\r\n\nd\u{2003}e\u{0}f", "a b c d e f"),
            ("5 € [net] ~ 20%", "5 € [net] ~ 20%"),
            ("`code`", "'code'"),
            ("zero\u{200b}width\u{feff}\u{ad}", "zerowidth"),
            ("Привет", "Privet"),
            ("Łódź", "Lodz"),
            ("你好", "Ni Hao"),
            ("Help🔥now", "Help fire now"),
            ("👍🏽 ok", "+1 ok"),
            ("1\u{fe0f}\u{20e3}", "1"),
            ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
            ("", ""),
            (" \u{7}\u{1b} ", ""),
        ] {
            assert_eq!(to_gsm7(from), to, "{from:?}");
        }
    }

    #[test]
    fn a_long_text_is_read_no_further_than_needed() {
        let line = to_gsm7_bounded(&"ab ".repeat(10_000), 50);
        assert!((50..60).contains(&line.chars().count()));
    }

    proptest! {
        #[test]
        fn the_result_is_one_line_of_the_alphabet(text in "(?s).{0,80}") {
            let line = to_gsm7(&text);
            prop_assert!(gsm7::is_gsm7(&line));
            prop_assert!(!line.contains(char::is_control));
            prop_assert!(!line.contains("  "));
            prop_assert_eq!(line.trim(), &line);
            prop_assert_eq!(to_gsm7(&line), line.clone());
        }
    }
}
