//! Notices: every event is heard, every notice ends in one state with its reason, and no notice rings twice unflagged.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::{Delivery, Facts, Violation};

/// The types of notice that announce a conversation by themselves.
const ANNOUNCEMENTS: [&str; 2] = ["new_chat", "offline_hours"];
/// The type that does so when the first message is urgent.
const URGENT: &str = "urgent_chat";

pub(super) fn published(facts: &Facts) -> Vec<Violation> {
    let heard: HashSet<Uuid> = facts.stored.heard.iter().map(|heard| heard.id).collect();
    let events = facts.stored.events.iter();
    events
        .filter_map(|event| match &event.published_at {
            None => Some(Violation::Unpublished(event.id)),
            Some(_) if !heard.contains(&event.id) => Some(Violation::Unheard(event.id)),
            Some(_) => None,
        })
        .collect()
}

pub(super) fn planned(facts: &Facts) -> Vec<Violation> {
    let deliveries = &facts.stored.deliveries;
    let mut announced: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    let mut urgent: HashSet<Uuid> = HashSet::new();
    for delivery in deliveries {
        let Some(conversation_id) = delivery.conversation_id else { continue };
        if ANNOUNCEMENTS.contains(&&*delivery.kind) {
            announced.entry(conversation_id).or_default().insert(delivery.event_id);
        } else if delivery.kind == URGENT {
            urgent.insert(conversation_id);
        }
    }
    let begun: BTreeSet<Uuid> = facts.stored.messages.iter().map(|message| message.conversation_id).collect();
    let unannounced = begun.iter().filter(|id| !announced.contains_key(id) && !urgent.contains(id));
    let twice = announced.iter().filter(|(_, events)| events.len() > 1).map(|(id, _)| id);
    unannounced
        .map(|id| Violation::Unannounced(*id))
        .chain(twice.map(|id| Violation::AnnouncedTwice(*id)))
        .chain(planned_twice(deliveries))
        .collect()
}

fn planned_twice(deliveries: &[Delivery]) -> Vec<Violation> {
    let mut seen = HashSet::new();
    // Two recipients may have one number; then one of them is told, and the other notice is suppressed.
    let live = deliveries.iter().filter(|delivery| delivery.state != "suppressed");
    let doubled = live.filter(|delivery| !seen.insert((delivery.event_id, &delivery.phone)));
    doubled.map(|delivery| Violation::PlannedTwice(delivery.event_id)).collect()
}

pub(super) fn ended(facts: &Facts) -> Vec<Violation> {
    let deliveries = facts.stored.deliveries.iter();
    deliveries
        .filter_map(|delivery| match delivery.state.as_str() {
            "accepted" | "sent" | "delivered" | "simulated" => None,
            "suppressed" | "failed" | "undelivered" | "unknown" => {
                let silent = delivery.reason.as_deref().unwrap_or_default().is_empty();
                silent.then(|| Violation::Unexplained(delivery.id, delivery.state.clone()))
            }
            _ => Some(Violation::Unsettled(delivery.id, delivery.state.clone())),
        })
        .collect()
}

pub(super) fn texted(facts: &Facts) -> Vec<Violation> {
    let notice_of: HashMap<Uuid, Uuid> =
        facts.stored.attempts.iter().map(|attempt| (attempt.id, attempt.delivery_id)).collect();
    let mut texts: HashMap<Uuid, usize> = HashMap::new();
    let mut violations = Vec::new();
    for text in &facts.texts {
        match text.attempt_id.and_then(|attempt_id| notice_of.get(&attempt_id)) {
            Some(notice) => *texts.entry(*notice).or_default() += 1,
            None => violations.push(Violation::Unaccounted(text.sid.clone())),
        }
    }
    let judged = facts.stored.deliveries.iter().filter_map(|delivery| {
        let (id, texts) = (delivery.id, texts.get(&delivery.id).copied().unwrap_or(0));
        match delivery.state.as_str() {
            _ if texts > 1 && delivery.resend.is_none() => Some(Violation::TextedTwice(id, texts)),
            "suppressed" | "simulated" if texts > 0 => {
                Some(Violation::TextedInSilence(id, delivery.state.clone()))
            }
            "accepted" | "sent" | "delivered" | "undelivered" if texts == 0 => {
                Some(Violation::NeverTexted(id, delivery.state.clone()))
            }
            _ => None,
        }
    });
    violations.extend(judged);
    violations
}
