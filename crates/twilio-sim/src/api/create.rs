//! `POST …/Messages.json`. Each request that passes makes a message; none is ever taken for a repeat of another.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::sms;
use hyper::StatusCode;
use tokio::time::Instant;

use super::create_params::{CreateParams, Sender, opted_out};
use super::error::ApiError;
use super::view::MessageView;
use super::{Params, Reply};
use crate::behaviour::CallbackMode;
use crate::callbacks;
use crate::journey::{Departure, Journey};
use crate::sim::Sim;
use crate::state::{Direction, Message, State};

/// What a trial account's texts begin with.
const TRIAL_PREFIX: &str = "Sent from your Twilio trial account - ";

/// The number that Messaging Services send from.
const SERVICE_NUMBER: &str = "+15005550006";

pub(super) async fn create(sim: &Arc<Sim>, account: &str, form: &Params) -> Result<Reply, ApiError> {
    let now = sim.now();
    let (reply, message, mode) = {
        let mut state = sim.state();
        let params = CreateParams::parse(form, now, state.behaviour.test_credentials)?;
        if state.has_opted_out(&params.to, params.sender.as_str()) {
            return Err(opted_out());
        }
        let (message, mode) = build(&mut state, account, params, now);
        let mut reply = Reply::json(StatusCode::CREATED, &MessageView::created(&message));
        reply.created_sid = Some(message.sid.clone());
        let reported =
            (message.status_callback.is_some() && mode != CallbackMode::Off).then(|| message.clone());
        state.messages.push(message);
        state.counts.accepted += 1;
        sim.accepted.send_replace(state.counts.accepted);
        (reply, reported, mode)
    };
    if let Some(message) = message {
        callbacks::start(sim, message, mode).await;
    }
    Ok(reply)
}

fn build(
    state: &mut State,
    account: &str,
    params: CreateParams,
    now: deskbell_domain::Timestamp,
) -> (Message, CallbackMode) {
    let mode =
        if state.behaviour.test_credentials { CallbackMode::Off } else { state.callback_mode(&params.to) };
    let departure = Departure {
        through_service: matches!(params.sender, Sender::Service(_)),
        scheduled_in: params.scheduled_in,
        first_step_at_once: mode == CallbackMode::Early,
    };
    let journey = Journey::plan(departure, &state.outcome(&params.to), state.behaviour.step());
    let (from, service_sid) = match params.sender {
        Sender::Number(number) => (number, None),
        Sender::Service(sid) => (SERVICE_NUMBER.to_owned(), Some(sid)),
    };
    let body = if state.behaviour.trial { format!("{TRIAL_PREFIX}{}", params.body) } else { params.body };
    let message = Message {
        number: 0,
        sid: state.mint("SM"),
        account_sid: account.to_owned(),
        direction: Direction::Outbound,
        to: params.to,
        from: Some(from),
        service_sid,
        segments: sms::count(&body).segments,
        body,
        created_at: now,
        born: Instant::now(),
        visible_after: Duration::from_millis(state.behaviour.list_visibility_delay_ms),
        journey,
        status_callback: params.status_callback,
        deleted: false,
    };
    (message, mode)
}

/// Records a message that the answer to an inbound message's webhook asked for.
pub(crate) fn accept_reply(sim: &Sim, to_inbound: &Message, text: String) {
    let now = sim.now();
    let mut state = sim.state();
    let plain = Departure { through_service: false, scheduled_in: None, first_step_at_once: false };
    let message = Message {
        number: 0,
        sid: state.mint("SM"),
        direction: Direction::Reply,
        to: to_inbound.from.clone().unwrap_or_default(),
        from: Some(to_inbound.to.clone()),
        segments: sms::count(&text).segments,
        body: text,
        created_at: now,
        born: Instant::now(),
        journey: Journey::plan(plain, &Default::default(), state.behaviour.step()),
        status_callback: None,
        ..to_inbound.clone()
    };
    state.messages.push(message);
}
