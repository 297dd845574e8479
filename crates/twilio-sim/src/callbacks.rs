//! Status callbacks: signed forms, posted as the message advances, in the mode that its recipient has.

mod form;
mod post;

use std::sync::Arc;
use std::time::Duration;

use deskbell_twilio::MessageStatus;
use tokio::sync::oneshot;

pub(crate) use form::inbound as inbound_form;
pub(crate) use post::{Post, http_client, post};

use crate::behaviour::CallbackMode;
use crate::journey::Step;
use crate::sim::Sim;
use crate::state::{CallbackRecord, Message};

/// What a forged callback claims: that the message was filtered.
const FORGED_CLAIM: Step =
    Step { after: Duration::ZERO, status: MessageStatus::Failed, error_code: Some(30007) };

/// A callback that is due.
struct Due {
    /// Time since the message was created.
    after: Duration,
    step: Step,
}

/// Begins to report a message's statuses; returns once the answer to its creation may leave.
pub(crate) async fn start(sim: &Arc<Sim>, message: Message, mode: CallbackMode) {
    let (epoch, late) = {
        let state = sim.state();
        (state.epoch, Duration::from_millis(state.behaviour.late_ms))
    };
    let plan = plan(&message, mode, late);
    let (first_is_out, first_out) = oneshot::channel();
    let mut first_is_out = Some(first_is_out);
    let task = {
        let sim = Arc::clone(sim);
        async move {
            for due in plan {
                tokio::time::sleep_until(message.born + due.after).await;
                report(&sim, &message, &due.step, mode, epoch).await;
                first_is_out.take().map(|sender| sender.send(()));
            }
        }
    };
    tokio::spawn(sim.stop.clone().run_until_cancelled_owned(task));
    if mode == CallbackMode::Early {
        // An error means that the task has ended, so nothing is left to wait for.
        let _ = first_out.await;
    }
}

fn plan(message: &Message, mode: CallbackMode, late: Duration) -> Vec<Due> {
    let changes = message.journey.changes().iter();
    let mut plan: Vec<Due> = changes.map(|step| Due { after: step.after, step: step.clone() }).collect();
    match mode {
        CallbackMode::Late => plan.iter_mut().for_each(|due| due.after += late),
        CallbackMode::Reordered => {
            let last = plan.last().map(|due| due.after).unwrap_or_default();
            plan.iter_mut().for_each(|due| due.after = last);
            plan.reverse();
        }
        _ => {}
    }
    plan
}

/// Reports one status, as often and as truly as the mode has it.
async fn report(sim: &Sim, message: &Message, step: &Step, mode: CallbackMode, epoch: u64) {
    let Some(url) = message.status_callback.as_deref() else { return };
    {
        let mut state = sim.state();
        let canceled =
            state.messages.get(&message.sid).is_some_and(|now| now.step().status == MessageStatus::Canceled);
        if state.epoch != epoch || canceled {
            return;
        }
        if mode == CallbackMode::Lost {
            state.counts.callbacks_lost += 1;
            record(sim, &mut state, message, step, url, &Post::lost());
            return;
        }
    }
    let token = format!("{}-{}", message.sid, step.status);
    let claim = form::status(message, &FORGED_CLAIM, sim.now());
    let forged = Post::new(url, claim, token.clone()).forged(true);
    let genuine = Post::new(url, form::status(message, step, sim.now()), token);
    let posts = match mode {
        CallbackMode::Forged => vec![(FORGED_CLAIM, forged), (step.clone(), genuine)],
        CallbackMode::Duplicated => vec![(step.clone(), genuine.clone()), (step.clone(), genuine)],
        _ => vec![(step.clone(), genuine)],
    };
    for (step, request) in posts {
        let done = post(sim, request).await;
        let mut state = sim.state();
        match done.answer {
            Some(200..=299) => state.counts.callbacks_delivered += 1,
            _ => state.counts.callbacks_failed += 1,
        }
        record(sim, &mut state, message, &step, url, &done);
    }
}

fn record(
    sim: &Sim,
    state: &mut crate::state::State,
    message: &Message,
    step: &Step,
    url: &str,
    done: &Post,
) {
    let at = sim.now();
    state.callbacks.push(|number| CallbackRecord {
        number,
        at,
        message_sid: message.sid.clone(),
        status: step.status.to_string(),
        url: url.to_owned(),
        forged: done.forged,
        attempts: done.attempts,
        answer: done.answer,
        error: done.error.clone(),
    });
}
