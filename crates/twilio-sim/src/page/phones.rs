//! The phones as HTML. Every text is escaped; links in an SMS can be tapped, as on a phone.

use std::fmt::Write as _;

use crate::sim::Sim;
use crate::state::{Direction, Message, State};

/// How many of the newest messages are looked at, how many phones are shown, and how many messages on each.
const MESSAGES_MAX: usize = 1_000;
const PHONES_MAX: usize = 24;
const MESSAGES_PER_PHONE_MAX: usize = 30;

/// A phone with its messages, newest first.
struct Phone<'a> {
    number: &'a str,
    messages: Vec<&'a Message>,
}

/// The whole page.
pub(super) fn page(sim: &Sim) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>Phones</title>\n<link rel=\"stylesheet\" href=\"/sim.css\">\n\
         <script src=\"/sim.js\" defer></script>\n<header><h1>Phones</h1><p>No SMS leaves this machine: this page shows what \
         Twilio would have sent.</p></header>\n{}\n</html>\n",
        fragment(sim)
    )
}

/// The part that changes.
pub(super) fn fragment(sim: &Sim) -> String {
    let state = sim.state();
    let phones = phones(&state);
    let mut html = String::from("<main id=\"phones\" aria-live=\"polite\">");
    if phones.is_empty() {
        html.push_str("<p class=\"none\">No SMS yet. The first one will appear here by itself.</p>");
    }
    for phone in &phones {
        push_phone(&mut html, phone);
    }
    html.push_str("</main>");
    html
}

/// The phones with the newest messages, newest first.
fn phones(state: &State) -> Vec<Phone<'_>> {
    let mut phones: Vec<Phone<'_>> = Vec::new();
    for message in state.messages.iter().rev().take(MESSAGES_MAX) {
        match phones.iter().position(|phone| phone.number == message.phone()) {
            Some(known) if phones[known].messages.len() < MESSAGES_PER_PHONE_MAX => {
                phones[known].messages.push(message);
            }
            None if phones.len() < PHONES_MAX => {
                phones.push(Phone { number: message.phone(), messages: vec![message] });
            }
            Some(_) | None => {}
        }
    }
    phones
}

fn push_phone(html: &mut String, phone: &Phone<'_>) {
    let number = escape(phone.number);
    let _ = write!(html, "<section class=\"phone\" data-number=\"{number}\"><h2>{number}</h2><ol>");
    for message in phone.messages.iter().rev() {
        push_message(html, message);
    }
    let _ = write!(
        html,
        "</ol><form><label><span>Answer as {number}</span><input name=\"body\" maxlength=\"1600\" autocomplete=\"off\" \
         required placeholder=\"Answer\"></label><button>Send</button></form></section>"
    );
}

fn push_message(html: &mut String, message: &Message) {
    let step = message.step();
    let side = if message.direction == Direction::Inbound { "mine" } else { "theirs" };
    let from = match message.direction {
        Direction::Inbound => String::new(),
        Direction::Outbound | Direction::Reply => escape(message.from.as_deref().unwrap_or_default()) + " · ",
    };
    let body = if message.deleted { "<em>deleted</em>".to_owned() } else { with_links(&message.body) };
    let status = escape(step.status.as_str());
    let code = step.error_code.map(|code| format!(" · {code}")).unwrap_or_default();
    let segments =
        if message.segments == 1 { "1 segment".to_owned() } else { format!("{} segments", message.segments) };
    let at = message.created_at.to_string();
    let clock_time = at.get(11..19).unwrap_or(&at);
    let _ = write!(
        html,
        "<li class=\"{side}\"><p>{body}</p><small>{from}<time datetime=\"{at}\">{clock_time} UTC</time> · {segments} · \
         <b class=\"{status}\">{status}</b>{code}</small></li>"
    );
}

/// Escapes a text and makes its http and https links tappable.
fn with_links(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(start) = find_link(rest) {
        let (before, link_on) = rest.split_at(start);
        let end = link_on
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .unwrap_or(link_on.len());
        let link = link_on[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        html.push_str(&escape(before));
        let escaped = escape(link);
        let _ =
            write!(html, "<a href=\"{escaped}\" target=\"_blank\" rel=\"noopener noreferrer\">{escaped}</a>");
        rest = &link_on[link.len()..];
    }
    html.push_str(&escape(rest));
    html
}

/// Where the next link begins that has something behind its scheme.
fn find_link(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(start, _)| start).find(|&start| {
        let rest = &text[start..];
        let host = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://"));
        host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_can_be_tapped_and_nothing_else_is_markup() {
        assert_eq!(
            with_links("<b>\"Hi\" https://a.example/r/x?y=1&z. Bye"),
            "&lt;b&gt;&quot;Hi&quot; <a href=\"https://a.example/r/x?y=1&amp;z\" target=\"_blank\" rel=\"noopener \
             noreferrer\">https://a.example/r/x?y=1&amp;z</a>. Bye"
        );
        assert_eq!(
            with_links("javascript:alert(1) http:// https://"),
            "javascript:alert(1) http:// https://"
        );
        assert!(with_links("https://x\" onclick=\"y").starts_with("<a href=\"https://x\" target"));
    }
}
