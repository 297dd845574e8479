//! The words of a notice: `Acme Plumbing: New chat from Maria: Water is leaking... https://chat.acme.example/r/…`
//!
//! It fits the budget, one GSM-7 segment by default. When it is too long, the customer's words are cut first, then
//! the two names; the headline and the link never are. The link is the only thing in it that can be clicked.

use std::borrow::Cow;

use super::segments::{GSM7_PART, GSM7_SINGLE};
use super::transliterate::to_gsm7_bounded;
use super::unlink::unlink;
use super::{count, gsm7};

/// Marks that something was cut off.
const ELLIPSIS: &str = "...";
/// Fewest septets in which a cut text still says something; below, it is left out.
const WORTH_SHOWING_SEPTETS: u32 = 8;
/// What the business name keeps of the room while it competes with the customer's name.
const BUSINESS_KEEPS_SEPTETS: u32 = 24;
/// Most segments that a budget can have; the provider refuses bodies of more than 1,600 characters.
const BUDGET_MAX_SEGMENTS: u32 = 10;

/// What happened, as the first words of the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    /// A customer began a chat.
    NewChat,
    /// A chat is urgent, by the owner's words or the visitor's tick.
    UrgentChat,
    /// A customer wrote outside opening hours.
    OfflineHours,
    /// Nobody has answered.
    UnassignedChat {
        /// For how long, in whole minutes.
        waiting_min: u32,
    },
    /// The owner tries out the notifications.
    Test,
}

impl Headline {
    fn words(self) -> Cow<'static, str> {
        match self {
            Self::NewChat => "New chat".into(),
            Self::UrgentChat => "URGENT chat".into(),
            Self::OfflineHours => "Chat while closed".into(),
            Self::UnassignedChat { waiting_min } => format!("Still waiting ({waiting_min} min)").into(),
            Self::Test => "Test notification".into(),
        }
    }

    /// What stands between the headline and the customer's name.
    const fn joint(self) -> &'static str {
        match self {
            Self::NewChat | Self::UrgentChat | Self::OfflineHours => " from ",
            Self::UnassignedChat { .. } | Self::Test => ": ",
        }
    }
}

/// How much a notice may cost, in septets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(u32);

impl Budget {
    /// 160 septets, the default.
    pub const ONE_SEGMENT: Self = Self(GSM7_SINGLE);

    /// Room for that many segments (1 to 10). Each leaves one septet aside, since a character of two is not split.
    pub fn segments(segments: u32) -> Self {
        match segments.clamp(1, BUDGET_MAX_SEGMENTS) {
            1 => Self::ONE_SEGMENT,
            several => Self(several * (GSM7_PART - 1)),
        }
    }
}

/// What a notice is made of. All texts but the link may be anything; they are transliterated and made unclickable.
#[derive(Clone, Copy)]
pub struct ComposeInput<'a> {
    /// Who is notified: the business.
    pub business_name: &'a str,
    /// What happened.
    pub headline: Headline,
    /// What the customer calls himself.
    pub customer_name: Option<&'a str>,
    /// The customer's words; as much of them as fits is shown.
    pub preview: &'a str,
    /// Where the chat opens. Made by us, in ASCII without white space; goes out as it is.
    pub link: &'a str,
    /// How long the whole may be.
    pub budget: Budget,
}

/// The text of a notice, ready to send.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsText {
    body: String,
    segments: u32,
}

impl SmsText {
    /// Words a notice. Exceeds the budget only when headline and link alone do.
    pub fn compose(input: &ComposeInput<'_>) -> Self {
        let headline = input.headline.words();
        let plain = |text: &str| unlink(&to_gsm7_bounded(text, input.budget.0 as usize));
        let business = plain(input.business_name);
        let customer = plain(input.customer_name.unwrap_or_default());

        let mut room = input.budget.0.saturating_sub(gsm7::cost(&headline) + 1 + gsm7::cost(input.link));
        let joint = input.headline.joint();
        let (business, customer) = fit_names(&business, &customer, joint, room);
        let mut body = String::with_capacity(input.budget.0 as usize);
        push_part(&mut body, &business, "", ": ");
        body.push_str(&headline);
        push_part(&mut body, &customer, joint, "");
        room = room.saturating_sub(part_cost(&business, ": ") + part_cost(&customer, joint));

        let preview = plain(input.preview);
        push_part(&mut body, &shorten(&preview, room.saturating_sub(2)), ": ", "");
        body.push(' ');
        body.push_str(input.link);
        Self { segments: count(&body).segments, body }
    }

    /// What is sent.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// What it is billed as.
    pub fn segments(&self) -> u32 {
        self.segments
    }

    /// What is sent, for the store and the request.
    pub fn into_body(self) -> String {
        self.body
    }
}

impl std::fmt::Debug for SmsText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmsText({} segments)", self.segments)
    }
}

/// The names as they fit into `room`, with what joins them to the rest. Where both do not fit, the business's name,
/// which its owner knows, gives way first, down to what lets him tell several businesses apart.
fn fit_names<'a>(
    business: &'a str,
    customer: &'a str,
    joint: &str,
    room: u32,
) -> (Cow<'a, str>, Cow<'a, str>) {
    let wanted = part_cost(business, ": ") + part_cost(customer, joint);
    if wanted <= room {
        return (business.into(), customer.into());
    }
    let left_by_customer = room.saturating_sub(part_cost(customer, joint));
    let for_business = left_by_customer.max(BUSINESS_KEEPS_SEPTETS.min(room));
    let business = shorten(business, for_business.saturating_sub(2));
    let for_customer = room.saturating_sub(part_cost(&business, ": ") + gsm7::cost(joint));
    (business, shorten(customer, for_customer))
}

/// Septets of a part and of what joins it; an empty part needs no joint.
fn part_cost(part: &str, joint: &str) -> u32 {
    if part.is_empty() { 0 } else { gsm7::cost(part) + gsm7::cost(joint) }
}

fn push_part(body: &mut String, part: &str, before: &str, behind: &str) {
    if !part.is_empty() {
        body.extend([before, part, behind]);
    }
}

/// The text within `max` septets: whole, cut and marked, or nothing when too little would be left.
fn shorten(text: &str, max: u32) -> Cow<'_, str> {
    if gsm7::cost(text) <= max {
        return text.into();
    }
    if max < WORTH_SHOWING_SEPTETS {
        return "".into();
    }
    let room = max - gsm7::cost(ELLIPSIS);
    let mut used = 0;
    let fits = |c: &char| {
        used += gsm7::septets(*c).unwrap_or(0);
        used <= room
    };
    let end = text.chars().take_while(fits).map(char::len_utf8).sum();
    let kept = text[..end].trim_end_matches([' ', '.', ',', ':', ';', '-']);
    format!("{kept}{ELLIPSIS}").into()
}

#[cfg(test)]
mod tests;
