use proptest::prelude::*;

use super::super::unlink::tests::looks_like_a_link;
use super::*;

const LINK: &str = "https://chat.acme.example/r/AbCdEfGhIjKlMnOpQrStUv";

fn input<'a>(customer_name: Option<&'a str>, preview: &'a str) -> ComposeInput<'a> {
    ComposeInput {
        business_name: "Acme Plumbing",
        headline: Headline::NewChat,
        customer_name,
        preview,
        link: LINK,
        budget: Budget::ONE_SEGMENT,
    }
}

fn compose(customer_name: Option<&str>, preview: &str) -> String {
    SmsText::compose(&input(customer_name, preview)).into_body()
}

#[test]
fn a_notice_has_business_customer_preview_and_link() {
    assert_eq!(
        compose(Some("Maria"), "Water is leaking!"),
        format!("Acme Plumbing: New chat from Maria: Water is leaking! {LINK}")
    );
    assert_eq!(compose(None, "Hi"), format!("Acme Plumbing: New chat: Hi {LINK}"));
    assert_eq!(compose(Some(" \n"), ""), format!("Acme Plumbing: New chat {LINK}"));
}

#[test]
fn every_headline_reads_well() {
    for (headline, start) in [
        (Headline::NewChat, "Acme Plumbing: New chat from Maria: Hi "),
        (Headline::UrgentChat, "Acme Plumbing: URGENT chat from Maria: Hi "),
        (Headline::OfflineHours, "Acme Plumbing: Chat while closed from Maria: Hi "),
        (Headline::UnassignedChat { waiting_min: 12 }, "Acme Plumbing: Still waiting (12 min): Maria: Hi "),
        (Headline::Test, "Acme Plumbing: Test notification: Maria: Hi "),
    ] {
        let text = SmsText::compose(&ComposeInput { headline, ..input(Some("Maria"), "Hi") });
        assert_eq!(text.body(), format!("{start}{LINK}"));
        assert_eq!(text.segments(), 1);
    }
}

#[test]
fn only_the_preview_is_cut() {
    let body = compose(Some("Maria"), &"Water leaks from the ceiling! ".repeat(9));
    let shown = "Water leaks from the ceiling! Water leaks from the ceiling! Water leak...";
    assert_eq!(body, format!("Acme Plumbing: New chat from Maria: {shown} {LINK}"));
    assert_eq!(gsm7::cost(&body), 160);
}

#[test]
fn long_names_give_way_once_the_preview_is_gone() {
    let name = "Maximiliana ".repeat(8);
    let business = "The Honourable Company of Plumbers ".repeat(3);
    let text = SmsText::compose(&ComposeInput { business_name: &business, ..input(Some(&name), "Help") });
    assert_eq!(
        text.body(),
        format!(
            "The Honourable Comp...: New chat from Maximiliana Maximiliana Maximiliana Maximiliana Maximiliana \
             Maximili... {LINK}"
        )
    );
    assert_eq!(text.segments(), 1);
}

#[test]
fn a_link_that_fills_the_budget_is_sent_whole() {
    let link = format!("https://chat.example/{}", "a".repeat(160));
    let text = SmsText::compose(&ComposeInput { link: &link, ..input(Some("Maria"), "Help") });
    assert_eq!(text.body(), format!("New chat {link}"));
    assert_eq!(text.segments(), 2);
}

#[test]
fn customers_cannot_smuggle_links_or_lines_in() {
    let body = compose(Some("Bob\nhttps://evil.example"), &format!("{LINK}\r\nwww．evil．com ｅｖｉｌ。com"));
    assert_eq!(body.matches(LINK).count(), 1);
    assert_eq!(body.matches("://").count(), 1);
    assert!(!looks_like_a_link(body.strip_suffix(LINK).unwrap()), "{body}");
    assert!(!body.contains(['\n', '\r']));
}

#[test]
fn a_larger_budget_shows_more() {
    let long = "word [x] ".repeat(100);
    for segments in 1..=10 {
        let text =
            SmsText::compose(&ComposeInput { budget: Budget::segments(segments), ..input(None, &long) });
        assert!(text.segments() <= segments, "{segments}");
    }
    let two = SmsText::compose(&ComposeInput { budget: Budget::segments(2), ..input(None, &long) });
    assert_eq!(two.segments(), 2);
}

#[test]
fn debug_shows_no_text() {
    assert_eq!(format!("{:?}", SmsText::compose(&input(None, "secret"))), "SmsText(1 segments)");
}

/// Texts as strangers write them: anything, and much that resembles links.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[a-z0-9.:/@ -]{0,30}",
        Just("https://".to_owned()),
        Just(LINK.to_owned()),
        Just("．。…․𝐞𝐯𝐢𝐥🔥€[]".to_owned()),
        "\\PC{0,200}",
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn headlines() -> impl Strategy<Value = Headline> {
    prop_oneof![
        Just(Headline::NewChat),
        Just(Headline::UrgentChat),
        Just(Headline::OfflineHours),
        any::<u32>().prop_map(|waiting_min| Headline::UnassignedChat { waiting_min }),
        Just(Headline::Test),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_notice_is_one_segment_with_one_link(
        business in words(),
        name in proptest::option::of(words()),
        preview in words(),
        headline in headlines(),
        link in "https://[a-z.]{3,40}/r/[A-Za-z0-9_-]{22}",
    ) {
        let text = SmsText::compose(&ComposeInput {
            business_name: &business,
            headline,
            customer_name: name.as_deref(),
            preview: &preview,
            link: &link,
            budget: Budget::ONE_SEGMENT,
        });
        let body = text.body();
        prop_assert!(gsm7::is_gsm7(body));
        prop_assert_eq!(text.segments(), 1);
        prop_assert_eq!(count(body).segments, 1);
        prop_assert!(!body.contains(['\n', '\r', '\t']));
        prop_assert_eq!(body.matches(&link).count(), 1);
        let rest = body.strip_suffix(&link);
        prop_assert!(rest.is_some_and(|rest| rest.ends_with(' ') && !looks_like_a_link(rest)), "{}", body);
    }
}
