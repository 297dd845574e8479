//! What must hold at the end of every seed, and at every step.

use std::collections::HashMap;

use deskbell_domain::delivery::DeliveryState;
use deskbell_domain::{DeliveryId, EventId};
use deskbell_store::Store;
use deskbell_store::model::delivery::{Attempt, Delivery};

use crate::provider::Taken;
use crate::world::{Chat, World};

/// More than any seed plans for one conversation.
const PAGE: i64 = 100;

/// The highest that each delivery has stood.
#[derive(Default)]
pub struct Highest(HashMap<DeliveryId, DeliveryState>);

fn height(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Accepted => 1,
        DeliveryState::Sent => 2,
        state if state.is_unsettled() || state == DeliveryState::Unknown => 0,
        _ => 3,
    }
}

impl Highest {
    /// A status never falls, unless the notice is sent once more and says so.
    pub async fn note(&mut self, store: &Store, started: &[Chat]) -> Result<(), String> {
        for chat in started {
            for delivery in store.deliveries_of(chat.conversation_id, PAGE).await.unwrap() {
                let before = self.0.insert(delivery.id, delivery.state);
                let fell = before.is_some_and(|before| height(delivery.state) < height(before));
                if fell && delivery.resend.is_none() {
                    return Err(format!("a delivery fell from {before:?} to {:?}", delivery.state));
                }
            }
        }
        Ok(())
    }
}

pub async fn ended_well(world: &mut World) -> Result<(), String> {
    let taken = world.provider.records.lock().unwrap().taken.clone();
    let mut counted = 0;
    for Chat { event_id, conversation_id, stranger } in world.started.clone() {
        let messages = world.store.messages(conversation_id, 0, 10).await.unwrap().messages;
        if !stranger && (messages.len() != 1 || messages[0].seq != 1) {
            return Err(format!("the acknowledged message of {conversation_id} is not there once"));
        }
        let deliveries = world.store.deliveries_of(conversation_id, PAGE).await.unwrap();
        one_for_each(&deliveries, event_id, world)?;
        let attempts = world.store.attempts_of(&deliveries).await.unwrap();
        for delivery in &deliveries {
            let own: Vec<&Attempt> =
                attempts.iter().filter(|attempt| attempt.delivery_id == delivery.id).collect();
            let sent: Vec<&Taken> = taken
                .iter()
                .filter(|taken| own.iter().any(|attempt| attempt.id == taken.attempt_id))
                .collect();
            counted += sent.len();
            accounted(delivery, &sent)?;
            world.totals.flagged += usize::from(delivery.resend.is_some());
        }
        world.totals.notices += deliveries.len();
    }
    if counted != taken.len() {
        return Err(format!("{} messages went out, {counted} are accounted for", taken.len()));
    }
    within_cap(world, &taken)?;
    let records = world.provider.records.lock().unwrap();
    world.totals.texts += taken.len();
    world.totals.ambiguous += records.ambiguous;
    world.totals.limited += records.limited;
    world.totals.early += records.early;
    world.totals.silent += records.silent;
    Ok(())
}

fn one_for_each(deliveries: &[Delivery], event_id: EventId, world: &World) -> Result<(), String> {
    for recipient in &world.recipients {
        let own = deliveries
            .iter()
            .filter(|delivery| delivery.event_id == event_id && delivery.recipient_id == Some(recipient.id))
            .count();
        if own != 1 {
            return Err(format!("event {event_id} has {own} deliveries to one recipient"));
        }
    }
    Ok(())
}

/// One end each, with its reason; at most one message unless it is flagged; and no claim without a message.
fn accounted(delivery: &Delivery, sent: &[&Taken]) -> Result<(), String> {
    let state = delivery.state;
    if state.is_unsettled() {
        return Err(format!("a delivery never ended: {state:?}"));
    }
    if sent.len() > 1 && delivery.resend.is_none() {
        return Err(format!("{} messages for one notice, and nothing says so", sent.len()));
    }
    if sent.len() > 2 {
        return Err(format!("{} messages for one notice", sent.len()));
    }
    let claims_it_went_out = matches!(
        state,
        DeliveryState::Accepted | DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Undelivered
    );
    if claims_it_went_out && sent.is_empty() {
        return Err(format!("a delivery is {state:?}, and nothing was sent"));
    }
    let says_it_did_not = matches!(state, DeliveryState::Suppressed | DeliveryState::Unknown);
    if says_it_did_not && delivery.resend.is_none() && !sent.is_empty() {
        return Err(format!("a delivery is {state:?}, and a message went out"));
    }
    let must_say_why = matches!(
        state,
        DeliveryState::Failed
            | DeliveryState::Undelivered
            | DeliveryState::Suppressed
            | DeliveryState::Unknown
    );
    if must_say_why && delivery.reason.is_none() {
        return Err(format!("a delivery is {state:?} without a reason"));
    }
    Ok(())
}

/// Whatever was tried at once, no day costs more than its cap.
fn within_cap(world: &World, taken: &[Taken]) -> Result<(), String> {
    let mut days: HashMap<i64, u32> = HashMap::new();
    for message in taken {
        *days.entry(message.at.as_micros().div_euclid(86_400 * 1_000_000)).or_default() += 1;
    }
    match days.values().find(|segments| **segments > world.cap) {
        Some(segments) => Err(format!("{segments} segments in a day, the cap is {}", world.cap)),
        None => Ok(()),
    }
}
