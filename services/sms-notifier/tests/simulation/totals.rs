//! How often each thing was tried, so that a fault which never happened does not pass for one that was survived.

use std::ops::AddAssign;

use deskbell_sms_notifier::faults::FaultPoint;

/// What was tried, over all seeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub notices: usize,
    pub texts: usize,
    pub ambiguous: usize,
    pub limited: usize,
    pub silent: usize,
    pub early: usize,
    pub crashes: [usize; FaultPoint::ALL.len()],
    pub lost_disks: usize,
    pub strangers: usize,
    pub capped: usize,
    pub flagged: usize,
}

impl Totals {
    pub fn all_faults_happened(&self) -> bool {
        let counts = [
            self.ambiguous,
            self.limited,
            self.silent,
            self.early,
            self.lost_disks,
            self.strangers,
            self.capped,
            self.flagged,
        ];
        counts.iter().chain(&self.crashes).all(|count| *count > 0)
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.notices += other.notices;
        self.texts += other.texts;
        self.ambiguous += other.ambiguous;
        self.limited += other.limited;
        self.silent += other.silent;
        self.early += other.early;
        self.lost_disks += other.lost_disks;
        self.strangers += other.strangers;
        self.capped += other.capped;
        self.flagged += other.flagged;
        for (sum, more) in self.crashes.iter_mut().zip(other.crashes) {
            *sum += more;
        }
    }
}
