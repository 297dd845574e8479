//! Messages: every acknowledged one is stored once, with its bytes, where the acknowledgement said.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{Facts, Message, Violation};
use crate::SentMessage;

pub(super) fn stored_once(facts: &Facts) -> Vec<Violation> {
    let mut stored: HashMap<Uuid, Vec<&Message>> = HashMap::new();
    for message in facts.stored.messages.iter().filter(|message| message.author == "visitor") {
        stored.entry(message.client_message_id).or_default().push(message);
    }
    // A message that was sent several times has several entries; one of them holds its acknowledgement.
    let mut sent: HashMap<Uuid, &SentMessage> = HashMap::new();
    for entry in &facts.sent {
        let known = sent.entry(entry.client_message_id).or_insert(entry);
        if entry.acknowledged.is_some() {
            *known = entry;
        }
    }
    let invented = stored.keys().filter(|id| !sent.contains_key(id)).map(|id| Violation::Invented(*id));
    let kept = sent.values().flat_map(|sent| kept(sent, stored.get(&sent.client_message_id)));
    invented.chain(kept).collect()
}

fn kept(sent: &SentMessage, stored: Option<&Vec<&Message>>) -> Option<Violation> {
    let id = sent.client_message_id;
    match (stored.map(Vec::as_slice), sent.acknowledged) {
        (None | Some([]), None) => None,
        (None | Some([]), Some(_)) => Some(Violation::Lost(id)),
        (Some([message]), acknowledged) => {
            if message.body != sent.body {
                return Some(Violation::Altered(id));
            }
            let place = (message.conversation_id, message.seq);
            acknowledged.filter(|said| *said != place).map(|_| Violation::Misplaced(id))
        }
        (Some(_), _) => Some(Violation::Doubled(id)),
    }
}

pub(super) fn numbered(facts: &Facts) -> Vec<Violation> {
    let mut numbers: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for message in &facts.stored.messages {
        numbers.entry(message.conversation_id).or_default().push(message.seq);
    }
    let runs = |numbers: &mut Vec<i64>| {
        numbers.sort_unstable();
        numbers.iter().zip(1..).all(|(number, expected)| *number == expected)
    };
    let with_gap = numbers.into_iter().filter_map(|(id, mut numbers)| (!runs(&mut numbers)).then_some(id));
    with_gap.map(Violation::Gap).collect()
}
