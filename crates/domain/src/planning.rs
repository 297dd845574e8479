//! The planning policy: which recipients a notice is due to, and why the others are not told.
//!
//! Every recipient gets exactly one plan for each notice, so that nothing is unaccounted for: "not sent" always comes
//! with its reason. No destination number ever comes from anywhere but the list of recipients.

use std::collections::HashSet;

use crate::notice::{NoticeKind, NoticeType};
use crate::recipient::Recipient;
use crate::settings::NotificationSettings;
use crate::time::Timestamp;

/// A notice to plan.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Whether it is raised by the first message of its conversation.
    pub first_message: bool,
    /// For a test: the one recipient to test, or all of them.
    pub only: Option<crate::ids::RecipientId>,
}

/// What becomes of a notice for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Send it, not before the given instant, told as this kind.
    Send {
        /// What the text says it is about.
        kind: NoticeKind,
        /// Now, or the end of the quiet hours.
        not_before: Timestamp,
    },
    /// Do not send it, for a reason.
    Suppress(&'static str),
}

/// The plan for one recipient.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The recipient; `None` when there is nobody to tell, which is itself worth knowing.
    pub recipient: Option<&'a Recipient>,
    /// What becomes of it.
    pub disposition: Disposition,
}

/// Plans a notice for everyone on the list; the owner first, then by position.
pub fn plan<'a>(
    notice: &Notice,
    settings: &NotificationSettings,
    recipients: &'a [Recipient],
    now: Timestamp,
) -> Vec<Planned<'a>> {
    let mut listed: Vec<&Recipient> =
        recipients.iter().filter(|recipient| notice.only.is_none_or(|only| recipient.id == only)).collect();
    listed.sort_by_key(|recipient| (recipient.role, recipient.position, recipient.id));
    if listed.is_empty() {
        return vec![Planned { recipient: None, disposition: Disposition::Suppress("no_recipients") }];
    }
    let mut phones = HashSet::new();
    listed
        .into_iter()
        .map(|recipient| {
            let disposition = if phones.insert(recipient.phone.as_e164()) {
                decide(notice, settings, recipient, now)
            } else {
                Disposition::Suppress("same_number")
            };
            Planned { recipient: Some(recipient), disposition }
        })
        .collect()
}

fn decide(
    notice: &Notice,
    settings: &NotificationSettings,
    recipient: &Recipient,
    now: Timestamp,
) -> Disposition {
    if recipient.disabled_reason.is_some() {
        return Disposition::Suppress("recipient_disabled");
    }
    let NoticeKind::Chat(kind) = notice.kind else {
        return Disposition::Send { kind: NoticeKind::Test, not_before: now };
    };
    if !settings.enabled {
        return Disposition::Suppress("switched_off");
    }
    if recipient.verified_at.is_none() {
        return Disposition::Suppress("unverified");
    }
    let Some(kind) = told_as(kind, notice.first_message, settings, recipient) else {
        return Disposition::Suppress("type_off");
    };
    let quiet =
        settings.quiet_hours.as_ref().filter(|quiet| kind != NoticeType::UrgentChat && quiet.is_quiet(now));
    Disposition::Send {
        kind: NoticeKind::Chat(kind),
        not_before: quiet.map_or(now, |quiet| quiet.ends_at(now)),
    }
}

/// An urgent first message is a new chat as well: who does not want to hear of urgency still hears of the chat.
fn told_as(
    kind: NoticeType,
    first_message: bool,
    settings: &NotificationSettings,
    recipient: &Recipient,
) -> Option<NoticeType> {
    let wanted = |kind: NoticeType| settings.types.contains(&kind) && recipient.wants(kind);
    if wanted(kind) {
        return Some(kind);
    }
    (kind == NoticeType::UrgentChat && first_message && wanted(NoticeType::NewChat))
        .then_some(NoticeType::NewChat)
}

#[cfg(test)]
mod tests;
