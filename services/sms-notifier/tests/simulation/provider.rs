//! A provider that takes messages and does not say so, says so too late, loses receipts, sends them twice or in any
//! order, and whose list lags.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::delivery::{Lookup, ProviderStatus, Rejection, SendOutcome, StatusReport};
use deskbell_domain::{AttemptId, Clock, ManualClock, Timestamp};
use deskbell_sms_notifier::channels::{Channel, Found, Outgoing, Sent, Sought};
use deskbell_sms_notifier::engine::Report;
use rand::RngExt as _;
use rand::rngs::StdRng;

/// The list shows a message at the latest after this; less than the reconciliation window.
const LAG_MAX_S: u64 = 90;

/// A message the provider took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub attempt_id: AttemptId,
    pub to: String,
    pub body: String,
    pub sid: String,
    pub at: Timestamp,
    pub listed_at: Timestamp,
}

#[derive(Debug, Default)]
pub struct Records {
    pub taken: Vec<Taken>,
    /// Receipts on their way.
    pub receipts: Vec<Report>,
    pub ambiguous: usize,
    pub limited: usize,
    pub early: usize,
    pub silent: usize,
}

#[derive(Debug)]
pub struct Provider {
    pub records: Mutex<Records>,
    pub faulty: std::sync::atomic::AtomicBool,
    clock: Arc<ManualClock>,
    rng: Arc<Mutex<StdRng>>,
}

impl Provider {
    pub fn new(clock: Arc<ManualClock>, rng: Arc<Mutex<StdRng>>) -> Self {
        Self { records: Mutex::default(), faulty: true.into(), clock, rng }
    }

    fn draw(&self) -> u32 {
        if self.is_faulty() { self.rng.lock().unwrap().random_range(0..100) } else { 100 }
    }

    pub fn is_faulty(&self) -> bool {
        self.faulty.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Takes the message in, and readies its receipts: some are lost, some come twice, in any order.
    fn take(&self, text: &Outgoing<'_>) -> String {
        let mut rng = self.rng.lock().unwrap();
        let mut records = self.records.lock().unwrap();
        let sid = format!("SM{:032x}", records.taken.len());
        let now = self.clock.now();
        let last = match rng.random_range(0..10) {
            0 => ProviderStatus::Undelivered,
            1 => ProviderStatus::Failed,
            2 => ProviderStatus::Sent,
            _ => ProviderStatus::Delivered,
        };
        let passing = rng.random_range(0..4) == 0;
        let lag = Duration::from_secs(rng.random_range(0..LAG_MAX_S));
        for status in [ProviderStatus::Accepted, ProviderStatus::Sent, last] {
            let copies = match rng.random_range(0..10) {
                0 => 0,
                1 => 2,
                _ => 1,
            };
            let bad = matches!(status, ProviderStatus::Undelivered | ProviderStatus::Failed);
            let report = Report {
                attempt_id: text.attempt_id,
                sid: sid.clone(),
                status_text: format!("{status:?}"),
                report: StatusReport {
                    status,
                    code: bad.then_some(30_008),
                    rejection: None,
                    passing: bad && passing,
                },
            };
            for _ in 0..copies {
                let place = rng.random_range(0..=records.receipts.len());
                records.receipts.insert(place, report.clone());
            }
        }
        records.taken.push(Taken {
            attempt_id: text.attempt_id,
            to: text.to.to_owned(),
            body: text.body.to_owned(),
            sid: sid.clone(),
            at: now,
            listed_at: now.plus(lag),
        });
        sid
    }
}

fn ended(outcome: SendOutcome) -> Sent {
    Sent { outcome, status: None, code: None }
}

#[async_trait]
impl Channel for Provider {
    fn name(&self) -> &'static str {
        "sms"
    }

    fn sender(&self) -> &'static str {
        "+15005550006"
    }

    async fn send(&self, text: &Outgoing<'_>) -> Sent {
        let sent = self.decide(text);
        // The provider has decided, and its answer is on the way.
        tokio::task::yield_now().await;
        sent
    }

    async fn look_up(&self, sought: &Sought<'_>) -> Found {
        if self.draw() < 30 {
            self.records.lock().unwrap().silent += 1;
            return Found::nothing(Lookup::NoAnswer);
        }
        let (now, records) = (self.clock.now(), self.records.lock().unwrap());
        let own = |taken: &&Taken| {
            taken.to == sought.to
                && taken.body.contains(sought.reference)
                && taken.listed_at <= now
                && taken.at >= sought.started_at
        };
        records.taken.iter().find(own).map_or_else(
            || Found::nothing(Lookup::Missing),
            |taken| Found {
                lookup: Lookup::Found(ProviderStatus::Accepted),
                sid: Some(taken.sid.clone()),
                status: None,
                code: None,
            },
        )
    }
}

impl Provider {
    fn decide(&self, text: &Outgoing<'_>) -> Sent {
        match self.draw() {
            // Accepted, and the answer is lost.
            0..15 => {
                self.take(text);
                self.records.lock().unwrap().ambiguous += 1;
                ended(SendOutcome::Ambiguous)
            }
            // Not accepted, and nobody can tell.
            15..25 => {
                self.records.lock().unwrap().ambiguous += 1;
                ended(SendOutcome::Ambiguous)
            }
            25..35 => {
                self.records.lock().unwrap().limited += 1;
                ended(SendOutcome::RateLimited { retry_after: None })
            }
            35..40 => ended(SendOutcome::NotSent),
            40..43 => {
                ended(SendOutcome::Rejected { code: Some(20_003), rejection: Rejection::Configuration })
            }
            43..45 => ended(SendOutcome::Rejected { code: Some(21_602), rejection: Rejection::Request }),
            _ => {
                let sid = self.take(text);
                ended(SendOutcome::Accepted { sid, status: ProviderStatus::Accepted })
            }
        }
    }
}
