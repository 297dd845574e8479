use proptest::prelude::*;

use super::*;

fn name(raw: &str) -> Result<Option<String>, DetailError> {
    CustomerName::parse(raw).map(|name| name.map(CustomerName::into_string))
}

#[test]
fn names_are_one_line() {
    assert_eq!(name(" Maria\r\n\tGarcía "), Ok(Some("Maria García".to_owned())));
    assert_eq!(name("Bob\u{202e}evil\u{2069}"), Ok(Some("Bobevil".to_owned())));
    assert_eq!(name(" \u{0}\u{200f}\n"), Ok(None));
    assert_eq!(name(&"é".repeat(100)), Ok(Some("é".repeat(100))));
    assert_eq!(name(&"é".repeat(101)), Err(DetailError::NameTooLong));
    assert_eq!(name(&"a".repeat(1_000_000)), Err(DetailError::NameTooLong));
}

#[test]
fn e_mail_addresses_have_a_local_part_and_a_host() {
    let parse = |raw: &str| EmailAddress::parse(raw).map(EmailAddress::into_string);
    assert_eq!(parse(" Maria.G+chat@Example.COM "), Ok("Maria.G+chat@example.com".to_owned()));
    assert_eq!(parse("jörg@münchen.example"), Ok("jörg@münchen.example".to_owned()));
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_host = format!("a@{}com", "abcdefgh.".repeat(30));
    for broken in [
        "",
        "@",
        "a@",
        "@b.com",
        "a@b",
        "a b@c.com",
        "a@b..com",
        "a@-b.com",
        "a@b.com.",
        "a..b@c.com",
        "a@b@c.com",
        "a@b.com\nBcc: c@d.com",
        "\"a\"@b.com",
        "a@[127.0.0.1]",
        "a@b.com>",
        "a\0@b.com",
        &long_local,
        &long_host,
    ] {
        assert_eq!(parse(broken), Err(DetailError::Email), "{broken:?}");
    }
}

#[test]
fn contact_phones_are_kept_as_typed() {
    let parse = |raw: &str| ContactPhone::parse(raw).map(ContactPhone::into_string);
    assert_eq!(parse(" (415) 555-2671 ext 4 "), Ok("(415) 555-2671 ext 4".to_owned()));
    let long = "1".repeat(41);
    for broken in ["", "call me", "1\n2", "<1>", &long] {
        assert_eq!(parse(broken), Err(DetailError::ContactPhone), "{broken:?}");
    }
}

#[test]
fn pages_lose_their_secrets() {
    let parse = |raw: &str| PageUrl::parse(raw).map(PageUrl::into_string);
    assert_eq!(
        parse("https://user:secret@shop.example/a b?x=1#access_token=z"),
        Ok("https://shop.example/a%20b?x=1".to_owned())
    );
    assert_eq!(parse("http://localhost:3000"), Ok("http://localhost:3000/".to_owned()));
    let long = format!("https://shop.example/{}", "a".repeat(2_048));
    let long_when_escaped = format!("https://shop.example/{}", "é".repeat(1_000));
    for broken in [
        "",
        "/page",
        "shop.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.b/",
        "https://",
        &long,
        &long_when_escaped,
    ] {
        assert_eq!(parse(broken), Err(DetailError::PageUrl), "{broken:.40}");
    }
}

#[test]
fn locales_get_their_canonical_case() {
    let parse = |raw: &str| Locale::parse(raw).map(Locale::into_string);
    for (raw, canonical) in [
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-DE-U-CO-PHONEBK", "de-DE-u-co-phonebk"),
    ] {
        assert_eq!(parse(raw), Ok(canonical.to_owned()));
    }
    for broken in ["", "e", "en_US", "-en", "en-", "en--US", "123", "abcdefghi", "en-abcdefghi", "日本", "*"]
    {
        assert_eq!(parse(broken), Err(DetailError::Locale), "{broken:?}");
    }
    assert_eq!(parse(&format!("en{}", "-aaaaaaaa".repeat(4))), Err(DetailError::Locale));
    assert_eq!(Locale::parse("pt-BR").unwrap().language(), "pt");
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", EmailAddress::parse("a@b.com").unwrap()), "EmailAddress(…)");
}

proptest! {
    #[test]
    fn parsing_is_stable_and_bounded(raw in "\\PC{0,120}|https?://\\PC{0,40}|[a-zA-Z-]{0,40}|\\PC{1,9}@[a-z.-]{1,20}") {
        if let Ok(Some(name)) = CustomerName::parse(&raw) {
            prop_assert!(name.as_str().chars().count() <= NAME_MAX_CHARS);
            prop_assert_eq!(CustomerName::parse(name.as_str()), Ok(Some(name.clone())));
        }
        if let Ok(email) = EmailAddress::parse(&raw) {
            prop_assert_eq!(EmailAddress::parse(email.as_str()), Ok(email.clone()));
        }
        if let Ok(phone) = ContactPhone::parse(&raw) {
            prop_assert_eq!(phone.as_str(), raw.trim());
        }
        if let Ok(page) = PageUrl::parse(&raw) {
            prop_assert_eq!(PageUrl::parse(page.as_str()), Ok(page.clone()));
        }
        if let Ok(locale) = Locale::parse(&raw) {
            prop_assert_eq!(Locale::parse(locale.as_str()), Ok(locale.clone()));
        }
    }
}
