//! The world of one seed: who is told, what happens, and in which order.

mod turns;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_domain::delivery::DeliveryPolicy;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{Clock as _, ConversationId, EventId, ManualClock, RecipientId, Timestamp};
use deskbell_relay::{RelaySettings, Sweeper};
use deskbell_sms_notifier::engine::{Ended, Engine, EngineOptions};
use deskbell_sms_notifier::faults::{Crash, FaultPoint, Faults};
use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{ClaimedAttempt, Store, StoreOptions};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::broker::Broker;
use crate::check;
use crate::provider::Provider;
use crate::totals::Totals;

/// Rounds in which anything may go wrong.
const ROUNDS_WITH_FAULTS: usize = 9;
/// Rounds in which everything must settle once the faults are over.
const ROUNDS_MAX: usize = 60;

/// A database that several seeds use one after the other, each on days of its own.
pub struct Database {
    pub store: Store,
    day: i64,
    settings_version: i64,
}

impl Database {
    pub async fn create() -> Self {
        let store = Store::open(&StoreOptions::new("sqlite::memory:")).unwrap();
        store.migrate().await.unwrap();
        Self { store, day: 0, settings_version: 0 }
    }
}

/// A chat that a message has begun, and the event of it.
#[derive(Clone, Copy)]
pub struct Chat {
    pub event_id: EventId,
    pub conversation_id: ConversationId,
    /// Published by another program: the conversation is not in the store, and no outbox publishes the event again.
    pub stranger: bool,
}

pub struct World {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub provider: Arc<Provider>,
    pub cap: u32,
    pub started: Vec<Chat>,
    pub recipients: Vec<Recipient>,
    pub totals: Totals,
    pub highest: check::Highest,
    rng: Arc<Mutex<StdRng>>,
    engine: Engine,
    broker: Broker,
    sweeper: Sweeper,
    crashes: Arc<Mutex<[usize; FaultPoint::ALL.len()]>>,
    crash_rate: Arc<Mutex<u32>>,
    handed_over: Vec<OutboxEvent>,
    claimed: Vec<ClaimedAttempt>,
    ended: Vec<Ended>,
}

impl World {
    pub async fn new(seed: u64, database: &mut Database) -> Self {
        let rng = Arc::new(Mutex::new(StdRng::seed_from_u64(seed)));
        database.day += 30;
        let start = Timestamp::from_micros(1_780_000_000_000_000 + database.day * 86_400 * 1_000_000);
        let clock = Arc::new(ManualClock::new(start));
        let store = database.store.clone();
        let cap = if rng.lock().unwrap().random_range(0..5) == 0 { 3 } else { 1_000 };
        let settings = NotificationSettings { daily_cap_segments: cap, ..NotificationSettings::default() };
        let version = store.save_settings(&settings, database.settings_version, start).await.unwrap();
        database.settings_version = version.unwrap();
        let recipients = replace_recipients(&store, &clock, &rng).await;
        let provider = Arc::new(Provider::new(Arc::clone(&clock), Arc::clone(&rng)));
        let (crashes, crash_rate) = (Arc::default(), Arc::new(Mutex::new(8)));
        let options = EngineOptions {
            policy: DeliveryPolicy::default(),
            segment_time: Duration::ZERO,
            admin_url: "https://chat.acme.example".to_owned(),
            link_ttl: Duration::from_secs(172_800),
        };
        let faults = script(&rng, &crashes, &crash_rate);
        let engine = Engine::new(
            store.clone(),
            Arc::clone(&clock) as _,
            Arc::clone(&provider) as _,
            options,
            faults,
            rng.lock().unwrap().random(),
        );
        Self {
            store,
            clock,
            provider,
            cap,
            started: Vec::new(),
            recipients,
            totals: Totals::default(),
            highest: check::Highest::default(),
            broker: Broker::new(Arc::clone(&rng)),
            sweeper: Sweeper::new(relay_settings()),
            rng,
            engine,
            crashes,
            crash_rate,
            handed_over: Vec::new(),
            claimed: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Faults first, then quiet until everything is settled, then the check.
    pub async fn run(mut self) -> Result<Totals, String> {
        for _ in 0..ROUNDS_WITH_FAULTS {
            self.round().await?;
        }
        self.broker.faulty = false;
        self.provider.faulty.store(false, std::sync::atomic::Ordering::SeqCst);
        *self.crash_rate.lock().unwrap() = 0;
        for round in 0.. {
            self.quiet_round().await?;
            let health = self.store.notice_health(self.clock.now()).await.unwrap();
            let quiet = health.unsettled == 0 && health.unpublished == 0 && self.nothing_on_its_way();
            let all_planned = self.every_event_is_planned().await;
            if quiet && all_planned {
                break;
            }
            if round > ROUNDS_MAX {
                return Err(format!(
                    "it does not come to rest: {health:?}, all events planned: {all_planned}"
                ));
            }
        }
        self.totals.crashes = *self.crashes.lock().unwrap();
        check::ended_well(&mut self).await?;
        Ok(self.totals)
    }

    fn nothing_on_its_way(&self) -> bool {
        self.provider.records.lock().unwrap().receipts.is_empty()
            && self.claimed.is_empty()
            && self.ended.is_empty()
    }

    /// An event that the broker lost after it confirmed it is published again, later.
    async fn every_event_is_planned(&self) -> bool {
        for chat in &self.started {
            if !self.is_planned(chat).await {
                return false;
            }
        }
        true
    }

    async fn is_planned(&self, chat: &Chat) -> bool {
        !self.store.deliveries_of(chat.conversation_id, 1).await.unwrap().is_empty()
    }

    fn draw(&self, below: u32) -> u32 {
        self.rng.lock().unwrap().random_range(0..below)
    }

    /// Everybody has a chance to do something, in an order drawn from the seed; then time passes.
    async fn round(&mut self) -> Result<(), String> {
        let mut turns: Vec<u32> = (0..12).collect();
        turns.shuffle(&mut *self.rng.lock().unwrap());
        for turn in turns {
            match turn {
                0 | 1 if self.started.len() < 4 && self.draw(2) == 0 => self.start_chat().await,
                2 => {
                    self.relay().await;
                    if self.draw(8) == 0 {
                        self.hear_from_a_stranger().await;
                    }
                }
                3 if self.draw(2) == 0 => self.sweep().await,
                4 => self.consume().await,
                5 | 6 => self.claim().await,
                7 | 8 => self.send().await,
                9 => self.settle().await,
                10 => self.receipt().await?,
                11 if self.draw(2) == 0 => self.keep().await,
                _ => {}
            }
        }
        match self.draw(20) {
            0 => self.lose_disk().await,
            1 => self.die(),
            _ => {}
        }
        self.clock.advance(Duration::from_secs(u64::from(self.draw(60))));
        self.highest.note(&self.store, &self.started).await
    }

    /// Everything once, without faults; then time passes.
    async fn quiet_round(&mut self) -> Result<(), String> {
        self.relay().await;
        self.sweep().await;
        self.consume().await;
        self.keep().await;
        self.claim().await;
        while !self.claimed.is_empty() {
            self.send().await;
        }
        self.settle().await;
        while !self.provider.records.lock().unwrap().receipts.is_empty() {
            self.receipt().await?;
        }
        self.highest.note(&self.store, &self.started).await?;
        self.clock.advance(Duration::from_secs(95));
        Ok(())
    }
}

fn relay_settings() -> RelaySettings {
    RelaySettings {
        batch_max: 16,
        sweep_interval: Duration::from_secs(1),
        republish_after: Duration::from_secs(60),
        lease: Duration::from_secs(30),
        remember: Duration::from_secs(14 * 86_400),
    }
}

fn script(
    rng: &Arc<Mutex<StdRng>>,
    crashes: &Arc<Mutex<[usize; FaultPoint::ALL.len()]>>,
    rate: &Arc<Mutex<u32>>,
) -> Faults {
    let (rng, crashes, rate) = (Arc::clone(rng), Arc::clone(crashes), Arc::clone(rate));
    Faults::scripted(move |point| {
        if rng.lock().unwrap().random_range(0..100) >= *rate.lock().unwrap() {
            return Ok(());
        }
        let place = FaultPoint::ALL.iter().position(|known| *known == point).unwrap();
        crashes.lock().unwrap()[place] += 1;
        Err(Crash(point))
    })
}

async fn replace_recipients(store: &Store, clock: &ManualClock, rng: &Mutex<StdRng>) -> Vec<Recipient> {
    for recipient in store.recipients().await.unwrap() {
        store.delete_recipient(recipient.id).await.unwrap();
    }
    let count = rng.lock().unwrap().random_range(1..4);
    let mut recipients = Vec::new();
    for number in 0..count {
        let recipient = Recipient {
            id: RecipientId::mint(clock),
            name: format!("Person {number}"),
            phone: PhoneNumber::from_e164_stored(&format!("+1415555267{number}")).unwrap(),
            role: if number == 0 { RecipientRole::Owner } else { RecipientRole::Manager },
            types: None,
            position: number,
            verified_at: Some(clock.now()),
            disabled_reason: None,
            created_at: clock.now(),
        };
        store.add_recipient(&recipient).await.unwrap();
        recipients.push(recipient);
    }
    recipients
}
