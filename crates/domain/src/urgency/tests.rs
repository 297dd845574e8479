use proptest::prelude::*;
use serde_json::json;

use super::*;

fn words(words: &[&str]) -> UrgentWords {
    UrgentWords::new([("en".to_owned(), words.iter().map(|&word| word.to_owned()).collect())].into()).unwrap()
}

#[test]
fn the_defaults_find_emergencies_in_five_languages() {
    let defaults = UrgentWords::default();
    for (text, found) in [
        ("Help, we have a GAS LEAK!!!", "gas leak"),
        ("A burst\n  pipe in the cellar", "burst pipe"),
        ("burst-pipe", "burst pipe"),
        ("no heating since yesterday", "no heating"),
        ("¡Es una EMERGENCIA!", "emergencia"),
        ("hay una inundacion en casa", "inundación"),
        ("C'est une fuite d’eau", "fuite d'eau"),
        ("tuyau e\u{301}clate\u{301}", "tuyau éclaté"),
        ("Wir haben eine ÜBERSCHWEMMUNG.", "Überschwemmung"),
        ("Uberschwemmung im Keller", "Überschwemmung"),
        ("vazamento de agua na cozinha", "vazamento de água"),
        ("ｆｌｏｏｄ", "flood"),
    ] {
        assert_eq!(defaults.matches(text), Some(found), "{text}");
    }
    for text in [
        "I would like a quote for a fireplace",
        "Hello",
        "",
        "🔥",
        "insurgently",
        "Brandenburg",
        "gas. Leakage",
    ] {
        assert_eq!(defaults.matches(text), None, "{text}");
    }
}

#[test]
fn words_match_whole_only() {
    let words = words(&["gas leak", "fire", "24h"]);
    for text in
        ["fire", "(fire)", "fire!", "\u{feff}fire", "x\u{200b} fire", "on-fire", "¿fire?", "my 24h service"]
    {
        assert!(words.matches(text).is_some(), "{text:?}");
    }
    for text in ["fired", "misfire", "fire1", "firé1", "Vegas leak", "gas leaks", "gasleak", "124h"] {
        assert_eq!(words.matches(text), None, "{text:?}");
    }
    assert_eq!(words.matches("fire and gas leak"), Some("fire"));
}

#[test]
fn overlapping_words_do_not_hide_each_other() {
    let words = words(&["gas smell here", "smell", "gas leak"]);
    assert_eq!(words.matches("gas smell there"), Some("smell"));
    assert_eq!(words.matches("gas gas leak"), Some("gas leak"));
}

#[test]
fn scripts_without_spaces_match_anywhere() {
    let words = words(&["漏水", "ไฟไหม้", "пожар"]);
    assert_eq!(words.matches("厨房漏水了"), Some("漏水"));
    assert_eq!(words.matches("ช่วยด้วยไฟไหม้บ้าน"), Some("ไฟไหม้"));
    assert_eq!(words.matches("ПОЖАР!"), Some("пожар"));
    assert_eq!(words.matches("пожарник"), None);
}

#[test]
fn sharp_s_and_dotted_i_fold() {
    let words = words(&["Straße", "İstanbul"]);
    assert!(words.matches("STRASSE").is_some());
    assert!(words.matches("istanbul").is_some());
}

#[test]
fn lists_are_bounded_and_errors_name_the_place() {
    let error =
        |json: serde_json::Value| serde_json::from_value::<UrgentWords>(json).unwrap_err().to_string();
    assert!(error(json!({"en": ["ok", "  "]})).starts_with("urgent_words.en[1]: "));
    assert!(error(json!({"en": ["!?"]})).starts_with("urgent_words.en[0]: "));
    assert!(error(json!({"en": ["a".repeat(61)]})).starts_with("urgent_words.en[0]: "));
    assert!(error(json!({"en": vec!["a"; 501]})).contains("at most 500"));
    assert!(error(json!({"not a tag": []})).contains("language tags"));
    let many: BTreeMap<String, Vec<String>> = (0..33).map(|n| (format!("en-x-{n}"), vec![])).collect();
    assert!(error(json!(many)).contains("at most 32"));
    assert_eq!(UrgentWords::new(BTreeMap::new()).unwrap().matches("fire"), None);
}

#[test]
fn json_round_trips() {
    let defaults = UrgentWords::default();
    let json = serde_json::to_value(&defaults).unwrap();
    assert_eq!(json["de"][0], "Notfall");
    assert_eq!(serde_json::from_value::<UrgentWords>(json).unwrap(), defaults);
}

proptest! {
    #[test]
    fn a_word_is_found_among_other_text_in_any_case(
        before in "(\\PC{0,30}[ .,!?])?",
        behind in "([ .,!?]\\PC{0,30})?",
        upper in any::<bool>(),
    ) {
        let words = words(&["Überflutung"]);
        let word = if upper { "ÜBERFLUTUNG" } else { "uberflutung" };
        let text = format!("{before}{word}{behind}");
        prop_assert_eq!(words.matches(&text), Some("Überflutung"));
    }

    #[test]
    fn any_list_that_is_taken_finds_its_own_words(list in proptest::collection::vec("\\PC{1,20}", 1..5)) {
        if let Ok(words) = UrgentWords::new([("en".to_owned(), list.clone())].into()) {
            for word in &list {
                prop_assert!(words.matches(word).is_some(), "{word:?}");
            }
        }
    }

    #[test]
    fn searching_never_panics(text in any::<String>()) {
        let _ = UrgentWords::default().matches(&text);
    }
}
