//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1).

/// Septets that a character takes: 1 in the default alphabet, 2 in the extension table (escape and character),
/// `None` when it is in neither.
///
/// As the provider counts: the backtick is in neither, the lower-case `ç` is in neither, form feed is an extension.
pub const fn septets(c: char) -> Option<u32> {
    match c {
        '\n' | '\r' | ' '..='Z' | 'a'..='z' | '_' => Some(1),
        '\u{c}' | '[' | '\\' | ']' | '^' | '{' | '|' | '}' | '~' | '€' => Some(2),
        '¡' | '£' | '¤' | '¥' | '§' | '¿' => Some(1),
        'Ä' | 'Å' | 'Æ' | 'Ç' | 'É' | 'Ñ' | 'Ö' | 'Ø' | 'Ü' => Some(1),
        'ß' | 'à' | 'ä' | 'å' | 'æ' | 'è' | 'é' | 'ì' | 'ñ' | 'ò' | 'ö' | 'ø' | 'ù' | 'ü' => {
            Some(1)
        }
        'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Ξ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' => Some(1),
        _ => None,
    }
}

/// Whether every character is in the alphabet or its extension.
pub fn is_gsm7(text: &str) -> bool {
    text.chars().all(|c| septets(c).is_some())
}

/// Septets of a whole text; characters outside the alphabet count nothing.
pub(crate) fn cost(text: &str) -> u32 {
    text.chars().filter_map(septets).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_its_127_characters_and_9_extensions_and_form_feed() {
        let all = || ('\0'..=char::MAX).filter_map(septets);
        // 128 codes less the escape itself.
        assert_eq!(all().filter(|&cost| cost == 1).count(), 127);
        assert_eq!(all().filter(|&cost| cost == 2).count(), 10);
    }

    #[test]
    fn look_alikes_are_outside() {
        for c in ['`', 'ç', 'ê', 'í', '\t', '\u{a0}', '\u{2019}', '…', '–', '\0', 'Α', 'ẞ'] {
            assert_eq!(septets(c), None, "{c:?}");
        }
    }
}
