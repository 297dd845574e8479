//! The one judge of all tests: nothing lost, nothing doubled, nothing left without a word.
//!
//! It compares three books that were kept apart: what visitors sent and were told ([`SentMessage`]), what is stored
//! ([`Stored`]), and what Twilio was asked to send ([`Text`]). It is a pure function, so that it can be shown to object.

mod facts;
mod messages;
mod notices;
mod violation;

pub use facts::{Attempt, Delivery, Event, Facts, Heard, Message, Stored, Text, texts};
pub use violation::Violation;

/// Everything that is wrong, once nothing is under way any more.
pub fn violations(facts: &Facts) -> Vec<Violation> {
    let rules = [
        messages::stored_once,
        messages::numbered,
        notices::published,
        notices::planned,
        notices::ended,
        notices::texted,
    ];
    rules.iter().flat_map(|rule| rule(facts)).collect()
}

#[cfg(test)]
mod tests;
