//! How long a first answer takes, as it was lately: visitors are told what is true or nothing.

use std::time::Duration;

use deskbell_domain::Timestamp;
use deskbell_store::model::live::FirstAnswer;
use deskbell_store::{Store, StoreResult};
use tokio::sync::Mutex;

/// How far back is looked.
const LOOK_BACK: Duration = Duration::from_secs(30 * 86_400);
/// How many answers are looked at, at most.
const SAMPLE_MAX: u16 = 50;
/// How many there must be.
const SAMPLE_MIN: usize = 3;
/// How long a figure holds.
const HOLDS_FOR: Duration = Duration::from_secs(30);

/// The figure, asked of the database now and then.
#[derive(Debug, Default)]
pub(crate) struct AnswerTime(Mutex<Option<(Timestamp, Option<Duration>)>>);

impl AnswerTime {
    /// The median of the latest first answers; `None` when there are too few. Those who ask at the same time share one
    /// query.
    pub(crate) async fn median(&self, store: &Store, now: Timestamp) -> StoreResult<Option<Duration>> {
        let mut known = self.0.lock().await;
        if let Some((at, median)) = *known
            && at <= now
            && now.since(at) < HOLDS_FOR
        {
            return Ok(median);
        }
        let answers = store.first_answers(now.minus(LOOK_BACK), SAMPLE_MAX).await?;
        let median = median(&answers);
        *known = Some((now, median));
        Ok(median)
    }
}

fn median(answers: &[FirstAnswer]) -> Option<Duration> {
    if answers.len() < SAMPLE_MIN {
        return None;
    }
    let mut waits: Vec<Duration> =
        answers.iter().map(|answer| answer.answered_at.since(answer.asked_at)).collect();
    waits.sort_unstable();
    let middle = waits.len() / 2;
    Some(if waits.len().is_multiple_of(2) { (waits[middle - 1] + waits[middle]) / 2 } else { waits[middle] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[u64]) -> Vec<FirstAnswer> {
        let asked_at = Timestamp::from_micros(1_780_000_000_000_000);
        let answer =
            |wait: &u64| FirstAnswer { asked_at, answered_at: asked_at.plus(Duration::from_secs(*wait)) };
        seconds.iter().map(answer).collect()
    }

    #[test]
    fn two_answers_promise_nothing() {
        assert_eq!(median(&after(&[])), None);
        assert_eq!(median(&after(&[10, 20])), None);
    }

    #[test]
    fn one_night_off_does_not_spoil_the_figure() {
        assert_eq!(median(&after(&[60, 40_000, 30])), Some(Duration::from_secs(60)));
        assert_eq!(median(&after(&[60, 40_000, 30, 90])), Some(Duration::from_secs(75)));
    }
}
