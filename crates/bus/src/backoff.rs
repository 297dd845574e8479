//! Growing delays with a cap.

use std::time::Duration;

/// Delays that double from `min` to `max`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    pub(crate) min: Duration,
    pub(crate) max: Duration,
}

impl Backoff {
    /// The delay after `failures` earlier failures.
    pub(crate) fn delay(self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures);
        self.min.saturating_mul(factor).min(self.max)
    }

    /// As [`Self::delay`], shortened at random by up to a half, so that many processes do not come at once.
    pub(crate) fn jittered_delay(self, failures: u32) -> Duration {
        self.delay(failures).mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { min: Duration::from_millis(100), max: Duration::from_secs(1) };

    #[test]
    fn delays_double_up_to_the_cap() {
        let millis: Vec<_> = (0..6).map(|failures| BACKOFF.delay(failures).as_millis()).collect();
        assert_eq!(millis, [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(BACKOFF.delay(u32::MAX), BACKOFF.max);
    }

    #[test]
    fn jitter_never_lengthens_and_at_most_halves() {
        for failures in 0..100 {
            let (full, jittered) = (BACKOFF.delay(failures), BACKOFF.jittered_delay(failures));
            assert!(jittered <= full && jittered >= full / 2, "{jittered:?} of {full:?}");
        }
    }
}
