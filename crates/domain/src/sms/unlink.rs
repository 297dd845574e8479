//! Makes links in other people's words unclickable.
//!
//! Phones turn into links whatever has the form of an address: a scheme, a host with a dot, four numbers with dots.
//! All of them need a `.` or a `:` with something right behind it, so a space is put there: `evil.com` becomes
//! `evil. com`, `https://evil.com` becomes `https: //evil. com`. It costs one septet, can be read, and leaves prices
//! (`9.30`), times (`9:30`) and dates (`24.12.2026`) alone. Phone numbers stay, so that the owner can tap to call.

/// Dots within a run of digits from which on it is an IPv4 address.
const IPV4_DOTS: usize = 3;

/// The text without anything that a phone would make a link of. Expects a single line of GSM-7, see
/// [`to_gsm7`](super::to_gsm7).
pub(super) fn unlink(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        out.push(c);
        let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        if binds(text, at, before, c, after) {
            out.push(' ');
        }
        before = c;
    }
    out
}

/// Whether the character joins its neighbours to something like an address.
fn binds(text: &str, at: usize, before: char, c: char, after: char) -> bool {
    let between_digits = before.is_ascii_digit() && after.is_ascii_digit();
    match c {
        '.' if after == ' ' || after == '.' => false,
        '.' if between_digits => dots_of_digit_run(text, at) >= IPV4_DOTS,
        '.' => true,
        ':' => after != ' ' && !between_digits,
        _ => false,
    }
}

/// How many dots the run of digits and dots around the byte position has.
fn dots_of_digit_run(text: &str, at: usize) -> usize {
    let in_run = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let is_dot = |byte: &&u8| **byte == b'.';
    let (before, behind) = text.as_bytes().split_at(at);
    let dots_before = before.iter().rev().take_while(in_run).filter(is_dot).count();
    dots_before + behind.iter().take_while(in_run).filter(is_dot).count()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Anything that the link detectors of Android (`Patterns.WEB_URL`, `EMAIL_ADDRESS`, `IP_ADDRESS`) and iOS might
    /// take for a link: written the other way round from `unlink`, and stricter than they are.
    pub(in crate::sms) fn looks_like_a_link(text: &str) -> bool {
        text.split_whitespace().any(|word| {
            let core = word.trim_matches(|c: char| !c.is_alphanumeric());
            let labels: Vec<&str> = core.split('.').collect();
            let joined = labels.windows(2).any(|pair| {
                let tail = pair[0].chars().next_back();
                let head = pair[1].chars().next();
                tail.is_some_and(|c| c.is_alphanumeric() || c == '-') && head.is_some_and(char::is_alphabetic)
            });
            let is_number =
                |label: &&str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
            let four_numbers = labels.windows(4).any(|four| {
                four[0].ends_with(|c: char| c.is_ascii_digit())
                    && four[1..3].iter().all(is_number)
                    && four[3].starts_with(|c: char| c.is_ascii_digit())
            });
            word.contains("://") || word.contains(":/") || joined || four_numbers
        })
    }

    #[test]
    fn links_are_broken_and_the_rest_is_kept() {
        for (from, to) in [
            ("see evil.com now", "see evil. com now"),
            ("https://evil.com/x?y=1", "https: //evil. com/x?y=1"),
            ("www.evil.com", "www. evil. com"),
            ("HTTP://localhost:8080", "HTTP: //localhost: 8080"),
            ("a@b.co.uk", "a@b. co. uk"),
            ("192.168.0.1/x", "192. 168. 0. 1/x"),
            ("1.2.com", "1.2. com"),
            ("t.co/1", "t. co/1"),
            ("9evil.7x", "9evil. 7x"),
            ("javascript:alert(1)", "javascript: alert(1)"),
            ("mailto:a@b.c", "mailto: a@b. c"),
            ("tel:+1900", "tel: +1900"),
            ("foo...com", "foo... com"),
            ("(.com)", "(. com)"),
            ("9.30 or 9:30 on 24.12.2026, 1,50", "9.30 or 9:30 on 24.12.2026, 1,50"),
            ("Hello. Now. (415) 555-2671.", "Hello. Now. (415) 555-2671."),
            ("Wait... what?", "Wait... what?"),
            ("Note: this", "Note: this"),
        ] {
            assert_eq!(unlink(from), to);
            assert!(!looks_like_a_link(to), "{to}");
        }
    }

    #[test]
    fn the_detector_detects() {
        for link in
            ["x evil.com", "https://a", "www.a.b", "a@b.co", "1.2.3.4", "(evil.com)", "t.co/x", "a:1.2.3.4"]
        {
            assert!(looks_like_a_link(link), "{link}");
        }
    }

    proptest! {
        #[test]
        fn nothing_clickable_is_left(text in "[a-c0-2.:/@ éÑ-]{0,40}|[a ]?([0-9]{1,2}[.]){2,5}[0-9a]{1,2}") {
            let unlinked = unlink(&text);
            prop_assert!(!looks_like_a_link(&unlinked), "{unlinked}");
            prop_assert_eq!(unlink(&unlinked), unlinked.clone());
            prop_assert_eq!(unlinked.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
