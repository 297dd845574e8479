//! Everything the stand-in remembers, bounded, behind one lock that is never held across an await.

mod log;
mod messages;
mod records;

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::behaviour::{Behaviour, CallbackMode, Outcome, RecipientRule};
use crate::faults::FaultBook;
use crate::settings::{Limits, SimSettings};

pub(crate) use log::Log;
pub(crate) use messages::{Direction, Message, Messages};
pub use records::{AcceptedMessage, CallbackRecord, Counts, RequestRecord};

/// Most numbers with rules of their own, and most entries of the stop list.
const NUMBERS_MAX: usize = 10_000;

/// The whole memory.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) behaviour: Behaviour,
    pub(crate) faults: FaultBook,
    pub(crate) messages: Messages,
    pub(crate) requests: Log<RequestRecord>,
    pub(crate) callbacks: Log<CallbackRecord>,
    pub(crate) counts: Counts,
    /// Decides what is left to chance.
    pub(crate) rng: StdRng,
    /// Makes the ids, apart from chance: the n-th message has the same id in every run.
    ids: StdRng,
    /// Grows with every reset: callbacks of an earlier one are not sent any more.
    pub(crate) epoch: u64,
    rules: BTreeMap<String, RecipientRule>,
    /// Who wants no messages from which sender.
    opt_outs: BTreeSet<(String, String)>,
}

impl State {
    pub(crate) fn new(settings: &SimSettings) -> Self {
        let Limits { requests_max, messages_max, callbacks_max, .. } = settings.limits;
        Self {
            behaviour: settings.behaviour.clone(),
            faults: FaultBook::default(),
            messages: Messages::new(messages_max),
            requests: Log::new(requests_max),
            callbacks: Log::new(callbacks_max),
            counts: Counts::default(),
            rng: StdRng::seed_from_u64(settings.seed),
            ids: StdRng::seed_from_u64(!settings.seed),
            epoch: 0,
            rules: BTreeMap::new(),
            opt_outs: BTreeSet::new(),
        }
    }

    /// Forgets all and starts from the settings, seed included.
    pub(crate) fn reset(&mut self, settings: &SimSettings) {
        let epoch = self.epoch + 1;
        *self = Self { epoch, ..Self::new(settings) };
    }

    /// A new id: two capital letters and 32 hex digits.
    pub(crate) fn mint(&mut self, kind: &str) -> String {
        let number: u128 = self.ids.random();
        format!("{kind}{number:032x}")
    }

    pub(crate) fn callback_mode(&self, to: &str) -> CallbackMode {
        let own = self.rules.get(to).and_then(|rule| rule.callbacks);
        own.unwrap_or(self.behaviour.callbacks)
    }

    pub(crate) fn outcome(&self, to: &str) -> Outcome {
        self.rules.get(to).and_then(|rule| rule.outcome.clone()).unwrap_or_default()
    }

    pub(crate) fn rules(&self) -> &BTreeMap<String, RecipientRule> {
        &self.rules
    }

    /// Sets or removes a number's rule; `false` when there are too many.
    pub(crate) fn set_rule(&mut self, number: String, rule: Option<RecipientRule>) -> bool {
        match rule {
            None => drop(self.rules.remove(&number)),
            Some(_) if self.rules.len() >= NUMBERS_MAX && !self.rules.contains_key(&number) => return false,
            Some(rule) => drop(self.rules.insert(number, rule)),
        }
        true
    }

    pub(crate) fn opt_outs(&self) -> impl Iterator<Item = &(String, String)> {
        self.opt_outs.iter()
    }

    pub(crate) fn has_opted_out(&self, person: &str, sender: &str) -> bool {
        !self.opt_outs.is_empty() && self.opt_outs.contains(&(person.to_owned(), sender.to_owned()))
    }

    pub(crate) fn set_opted_out(&mut self, person: &str, sender: &str, out: bool) {
        let pair = (person.to_owned(), sender.to_owned());
        if !out {
            self.opt_outs.remove(&pair);
        } else if self.opt_outs.len() < NUMBERS_MAX {
            self.opt_outs.insert(pair);
        }
    }
}
