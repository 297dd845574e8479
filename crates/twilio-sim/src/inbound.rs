//! Inbound SMS: what happens when somebody texts one of the account's numbers.

use std::time::Duration;

use deskbell_domain::sms;
use deskbell_twilio::MessageStatus;
use deskbell_twilio::callback::{InboundMessage, OptOutType};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::api::accept_reply;
use crate::callbacks::{Post, inbound_form, post};
use crate::journey::Journey;
use crate::sim::Sim;
use crate::state::{Direction, Message, State};
use crate::twiml;

/// The account of inbound messages when the stand-in knows no account of its own.
const ANY_ACCOUNT: &str = "AC00000000000000000000000000000000";

/// An SMS that somebody writes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInbound {
    /// Who writes, E.164.
    pub from: String,
    /// The account's number; without it, the one that last texted `from`.
    #[serde(default)]
    pub to: Option<String>,
    /// The text.
    pub body: String,
    /// The Messaging Service that receives it.
    #[serde(default)]
    pub messaging_service_sid: Option<String>,
    /// Where it is posted, instead of the `inbound_url` of the behaviour.
    #[serde(default)]
    pub url: Option<String>,
    /// How often the webhook is called, as Twilio may repeat it (default 1).
    #[serde(default)]
    pub times: Option<u32>,
    /// Signed by somebody who does not know the auth token.
    #[serde(default)]
    pub forged: bool,
}

/// What became of it.
#[derive(Clone, Debug, Serialize)]
pub struct InboundReceipt {
    /// The message, `SM…`.
    pub message_sid: String,
    /// The HTTP status of each call of the webhook; `None` without an answer.
    pub answers: Vec<Option<u16>>,
    /// The texts that the webhook sent back.
    pub replies: Vec<String>,
    /// Whether the sender's messages to this person are stopped now.
    pub opted_out: bool,
}

/// Receives an SMS: minds the stop words, calls the webhook, sends back what it says. An error says what is missing.
pub(crate) async fn receive(sim: &Sim, new: NewInbound) -> Result<InboundReceipt, &'static str> {
    let (message, url, opt_out_field) = {
        let mut state = sim.state();
        let message = build(sim, &mut state, &new)?;
        let url = new.url.clone().or_else(|| state.behaviour.inbound_url.clone());
        let word = opt_out_word(&message);
        mind_stop_words(&mut state, &message, word);
        let field = word.filter(|_| state.behaviour.advanced_opt_out).map(|word| match word {
            OptOutType::Stop => "STOP",
            OptOutType::Start => "START",
            OptOutType::Help => "HELP",
        });
        state.counts.inbound += 1;
        state.messages.push(message.clone());
        (message, url, field)
    };
    let form = inbound_form(&message, opt_out_field);
    let mut receipt = InboundReceipt {
        message_sid: message.sid.clone(),
        answers: vec![],
        replies: vec![],
        opted_out: false,
    };
    if let Some(url) = url {
        for _ in 0..new.times.unwrap_or(1) {
            let request = Post::new(&url, form.clone(), message.sid.clone()).forged(new.forged);
            let done = post(sim, request).await;
            receipt.answers.push(done.answer);
            if matches!(done.answer, Some(200..=299)) {
                receipt.replies.extend(twiml::messages(&done.answer_body));
            }
        }
    }
    let person = message.from.clone().unwrap_or_default();
    receipt.opted_out = sim.state().has_opted_out(&person, &message.to);
    for text in &receipt.replies {
        accept_reply(sim, &message, text.clone());
    }
    Ok(receipt)
}

fn build(sim: &Sim, state: &mut State, new: &NewInbound) -> Result<Message, &'static str> {
    if !crate::api::is_phone_number(&new.from) {
        return Err("from must be a phone number in international form");
    }
    let last = state.messages.to(&new.from).next_back();
    let to = new
        .to
        .clone()
        .or_else(|| last?.from.clone())
        .ok_or("to is missing, and nobody has texted this phone yet")?;
    let service_sid = new.messaging_service_sid.clone().or_else(|| last?.service_sid.clone());
    let account_sid = sim.settings.account_sid.clone().or_else(|| Some(last?.account_sid.clone()));
    Ok(Message {
        number: 0,
        account_sid: account_sid.unwrap_or_else(|| ANY_ACCOUNT.to_owned()),
        sid: state.mint("SM"),
        direction: Direction::Inbound,
        to,
        from: Some(new.from.clone()),
        service_sid,
        body: new.body.clone(),
        segments: sms::count(&new.body).segments,
        created_at: sim.now(),
        born: Instant::now(),
        visible_after: Duration::ZERO,
        journey: Journey::ended(MessageStatus::Received),
        status_callback: None,
        deleted: false,
    })
}

fn opt_out_word(message: &Message) -> Option<OptOutType> {
    let parsed = InboundMessage::parse(&inbound_form(message, None));
    parsed.expect("the form has all that an inbound message needs").opt_out_word()
}

/// Twilio keeps the stop list itself, for the number and for the Messaging Service.
fn mind_stop_words(state: &mut State, message: &Message, word: Option<OptOutType>) {
    let out = match word {
        Some(OptOutType::Stop) => true,
        Some(OptOutType::Start) => false,
        Some(OptOutType::Help) | None => return,
    };
    let person = message.from.as_deref().unwrap_or_default();
    for sender in [Some(&message.to), message.service_sid.as_ref()].into_iter().flatten() {
        state.set_opted_out(person, sender, out);
    }
}
