//! Waiting times that grow, with jitter.

use std::time::Duration;

/// Exponential backoff: `first`, twice that, and so on up to `most`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The first waiting time.
    pub first: Duration,
    /// The longest waiting time.
    pub most: Duration,
}

/// A random share of a waiting time, drawn by the caller: 0 is none of it, 255 nearly all.
#[derive(Clone, Copy, Debug)]
pub struct Jitter(pub u8);

impl Backoff {
    /// How long to wait after the `attempts`-th attempt (1 is the first): between half and the whole of the step, so
    /// that many waiting at once spread out.
    pub fn after(&self, attempts: u32, jitter: Jitter) -> Duration {
        let doublings = attempts.saturating_sub(1).min(16);
        let step = self.first.saturating_mul(1 << doublings).min(self.most);
        step / 2 + step / 512 * u32::from(jitter.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_the_cap_and_stays_between_half_and_whole() {
        let backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60) };
        for attempts in 1..100 {
            let (least, most) = (backoff.after(attempts, Jitter(0)), backoff.after(attempts, Jitter(255)));
            assert!(least >= Duration::from_millis(500) && most <= Duration::from_secs(60));
            assert!(least < most);
        }
        assert_eq!(backoff.after(3, Jitter(0)), Duration::from_secs(2));
        assert_eq!(backoff.after(50, Jitter(0)), Duration::from_secs(30));
    }
}
