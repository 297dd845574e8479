//! Processes and servers that are killed under load, again and again: nothing may be lost, nothing doubled.
//!
//! In the ordinary run each is killed a few times; `DESKBELL_TEST_CHAOS=long` (`make chaos`) kills it more often.

mod broker;
mod database;
mod notifier;
mod process;

use deskbell_e2e::{Deployment, Load, Mode, Setup};

/// Visitors who write at a time, each some eight messages a second.
const VISITORS: usize = 8;
/// Messages that get through between two blows.
const MESSAGES_BETWEEN: usize = 40;

/// How often each is killed.
fn kills() -> usize {
    if is_long() { 20 } else { 2 }
}

#[expect(clippy::disallowed_methods, reason = "how long a run is, is said by whoever starts it")]
fn is_long() -> bool {
    std::env::var("DESKBELL_TEST_CHAOS").is_ok_and(|length| length == "long")
}

/// A deployment that soon publishes again what nobody has recorded.
fn impatient() -> Setup {
    Setup::ordinary().with("DESKBELL__OUTBOX__REPUBLISH_AFTER_MS", "3000")
}

/// Starts a deployment whose owner is ready for many SMS.
async fn start(mode: Mode, setup: Setup) -> Deployment {
    let deskbell = Deployment::start(mode, setup).await;
    let admin = deskbell.admin().await;
    let change = admin.change_settings(|settings| {
        settings["daily_cap_segments"] = 100_000.into();
        // A reminder of an unanswered chat would become due in the middle of the count.
        settings["unassigned_after_s"] = 86_400.into();
    });
    change.await;
    deskbell
}

/// Visitors at work.
fn visitors(deskbell: &Deployment) -> Load {
    some_visitors(deskbell, VISITORS)
}

/// So many visitors at work.
fn some_visitors(deskbell: &Deployment, visitors: usize) -> Load {
    Load::start(&deskbell.website, deskbell.ledger(), visitors)
}

/// Lets the visitors finish and everything settle; then nothing may be lost or doubled, and every notice was texted.
async fn judge(deskbell: &Deployment, load: Load, what: &str) {
    load.goes_on(MESSAGES_BETWEEN).await;
    load.stop().await;
    deskbell.settled().await;
    deskbell.check().await;
    let facts = deskbell.facts().await;
    let (notices, texts) = (&facts.stored.deliveries, facts.texts.len());
    let flagged = notices.iter().filter(|notice| notice.resend.is_some()).count();
    let unsent =
        notices.iter().filter(|notice| matches!(notice.state.as_str(), "suppressed" | "failed")).count();
    eprintln!(
        "{what}: {} messages acknowledged, {} notices, {texts} SMS, {flagged} notices flagged as possibly doubled",
        deskbell.ledger().acknowledgements(),
        notices.len(),
    );
    assert_eq!(unsent, 0, "there was no reason not to send a notice");
}
