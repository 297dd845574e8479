use proptest::prelude::*;

use super::*;

fn us(raw: &str) -> Result<String, PhoneError> {
    PhoneNumber::parse(raw, Country::US).map(|number| number.as_e164().to_owned())
}

#[test]
fn numbers_are_normalised_to_e164() {
    for (raw, country, expected) in [
        ("(415) 555-2671", "US", "+14155552671"),
        ("415.555.2671", "US", "+14155552671"),
        ("1 415 555 2671", "US", "+14155552671"),
        ("+1 415 555 2671", "DE", "+14155552671"),
        (" +14155552671\n", "US", "+14155552671"),
        ("415\u{a0}555\u{2011}2671", "US", "+14155552671"),
        ("011 44 20 7183 8750", "US", "+442071838750"),
        ("(+44) 20 7183 8750", "US", "+442071838750"),
        ("+44 (0)20 7183 8750", "US", "+442071838750"),
        ("+49 1512 3456789", "US", "+4915123456789"),
        ("011 49 1512 3456789", "US", "+4915123456789"),
        ("+39 06 6982 0000", "DE", "+390669820000"),
        ("0039 06 6982 0000", "DE", "+390669820000"),
        ("020 7183 8750", "GB", "+442071838750"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("030/901820", "DE", "+4930901820"),
        ("0049 151 23456789", "DE", "+4915123456789"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06 6982 0000", "IT", "+390669820000"),
        ("(11) 96123-4567", "BR", "+5511961234567"),
        ("+376 312 345", "US", "+376312345"),
    ] {
        let number = PhoneNumber::parse(raw, Country::parse(country).unwrap());
        assert_eq!(number.as_ref().map(PhoneNumber::as_e164), Ok(expected), "{raw} in {country}");
    }
}

#[test]
fn every_countrys_example_is_read_alike_from_anywhere() {
    let mut countries = 0;
    for metadata in DATABASE.iter() {
        let example = metadata.descriptors().mobile().and_then(|mobile| mobile.example());
        let (Some(example), Ok(country)) = (example, Country::parse(metadata.id())) else { continue };
        let e164 = format!("+{}{example}", metadata.country_code());
        for from in ["US", "DE", "IT", metadata.id()] {
            let read = PhoneNumber::parse(&e164, Country::parse(from).unwrap());
            assert_eq!(read.as_ref().map(PhoneNumber::as_e164), Ok(e164.as_str()), "{country} from {from}");
        }
        countries += 1;
    }
    assert!(countries > 200, "{countries}");
}

#[test]
fn what_cannot_be_texted_is_refused_with_the_reason() {
    for (raw, reason) in [
        ("", PhoneError::Empty),
        (" \t", PhoneError::Empty),
        ("+1234567890", PhoneError::Invalid),
        ("+1987654321", PhoneError::Invalid),
        ("+", PhoneError::Invalid),
        ("12", PhoneError::Invalid),
        ("911", PhoneError::Invalid),
        ("()-", PhoneError::Invalid),
        ("+999 123 456 789", PhoneError::Invalid),
        ("555-2671", PhoneError::Invalid),
        ("1-800-FLOWERS", PhoneError::Characters),
        ("call me", PhoneError::Characters),
        ("tel:+14155552671", PhoneError::Characters),
        ("+1415555+2671", PhoneError::Characters),
        ("+14155552671,+14155552672", PhoneError::Characters),
        ("+1415555267\u{0}1", PhoneError::Characters),
        ("٤١٥٥٥٥٢٦٧١", PhoneError::Characters),
        ("+1 415 555 2671 x123", PhoneError::Extension),
        ("+1 415 555 2671 ext. 123", PhoneError::Extension),
        ("+14155552671;ext=9", PhoneError::Extension),
        ("(415) 555-2671 #12", PhoneError::Extension),
        ("1234567890123456789012345678901234567890", PhoneError::TooLong),
        ("+1 900 555 0123 ", PhoneError::PremiumRate),
        ("+1 900 234 5678", PhoneError::PremiumRate),
        ("+44 909 879 0123", PhoneError::PremiumRate),
        ("+49 900 1 234567", PhoneError::PremiumRate),
        ("+33 899 12 34 56", PhoneError::PremiumRate),
        ("+44 843 123 4567", PhoneError::PremiumRate),
    ] {
        assert_eq!(us(raw), Err(reason), "{raw:?}");
    }
    assert_eq!(us(&"4".repeat(65)), Err(PhoneError::TooLong));
}

/// libphonenumber takes the provider's magic test numbers for personal numbers of area code 500, which they are by
/// form; so they can stand as recipients, and the provider's own answer to them can be tried out.
#[test]
fn magic_test_numbers_are_valid() {
    for last in 1..=9 {
        let magic = format!("+1500555000{last}");
        assert_eq!(us(&magic), Ok(magic));
    }
}

#[test]
fn only_country_code_and_two_digits_are_shown() {
    for (stored, masked) in [
        ("+14155552671", "+1••••••••71"),
        ("+442071838750", "+44••••••••50"),
        ("+376312345", "+376••••45"),
        ("+79161234567", "+7••••••••67"),
        ("+2901234", "+290••34"),
    ] {
        let number = PhoneNumber::from_e164_stored(stored).unwrap();
        assert_eq!(number.masked(), masked);
        assert_eq!(format!("{number:?}"), format!("PhoneNumber({masked})"));
        assert_eq!(serde_json::to_string(&number).unwrap(), format!("\"{stored}\""));
    }
}

#[test]
fn stored_numbers_must_have_the_shape_of_e164() {
    for broken in
        ["", "+", "14155552671", "+0123456789", "+1415555267a", "+123456", "+1234567890123456", "+١٢٣٤٥٦٧"]
    {
        assert_eq!(PhoneNumber::from_e164_stored(broken), Err(PhoneError::NotE164), "{broken}");
    }
}

#[test]
fn countries_are_two_known_letters() {
    assert_eq!(Country::parse(" de ").unwrap().code(), "DE");
    assert_eq!(Country::default().to_string(), "US");
    for broken in ["", "U", "USA", "ZZ", "U1", "ÜS", "001"] {
        assert_eq!(Country::parse(broken), Err(CountryError), "{broken}");
    }
    assert_eq!(serde_json::from_str::<Country>("\"gb\"").unwrap().code(), "GB");
}

proptest! {
    #[test]
    fn parsing_never_panics_and_gives_stable_e164(raw in r"[+]?[0-9 ()./x#-]{0,30}|\PC{0,70}|\+[1-9][0-9]{6,14}") {
        if let Ok(number) = PhoneNumber::parse(&raw, Country::US) {
            let e164 = number.as_e164();
            prop_assert!(PhoneNumber::from_e164_stored(e164).is_ok());
            prop_assert_eq!(PhoneNumber::parse(e164, Country::parse("DE").unwrap()), Ok(number.clone()));
            let shown = format!("{number:?}");
            prop_assert!(!shown.contains(&e164[e164.len() - 4..]), "all digits but two are hidden");
        }
    }
}
