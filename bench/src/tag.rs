//! A tag that marks a message wherever its text turns up, whatever the encoding around it.

const MARK: &[u8] = b"zq";
const DIGITS: usize = 16;

/// The tag of a message with this number; letters and digits only.
pub fn write(number: u64) -> String {
    format!("zq{number:016x}")
}

/// The number of the first tag in a text.
pub fn find(text: &[u8]) -> Option<u64> {
    text.windows(MARK.len() + DIGITS).filter(|window| window.starts_with(MARK)).find_map(|window| {
        let digits = std::str::from_utf8(&window[MARK.len()..]).ok()?;
        u64::from_str_radix(digits, 16).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_form_encoding() {
        let text = format!("To=%2B1500&Body=New+chat%3A+{}+Hello", write(0xabc));
        assert_eq!(find(text.as_bytes()), Some(0xabc));
        assert_eq!(find(b"Body=zqnothing+here+at+all+zq"), None);
    }
}
