//! The notifier dies at each step in the life of a notice.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use deskbell_e2e::{Deployment, EVENTUALLY, Mode, SOON, Service, eventually};
use deskbell_testkit::{Process, wait_until};
use deskbell_twilio_sim::{FaultKind, FaultSpec};

use crate::{MESSAGES_BETWEEN, impatient, judge, kills, start, visitors};

/// The steps at which the notifier aborts itself when told to.
const ABORTS_AT: [&str; 4] = ["received", "planned", "attempt_committed", "response_read"];
/// The step at which it is killed from outside, because only the other side knows when it is reached.
const KILLED_AT: &str = "mid_post";
/// What an aborted process ends with.
const SIGABRT: i32 = 6;
/// How long the stand-in takes to answer, so that a request can be met on its way.
const LATENCY_MS: u64 = 300;
/// Longer than an attempt's lease and the time for which it is looked for.
const FROZEN_FOR: Duration = Duration::from_secs(7);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_an_event_was_received() {
    abort_at(ABORTS_AT[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_notices_were_planned() {
    abort_at(ABORTS_AT[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_an_attempt_was_committed() {
    abort_at(ABORTS_AT[2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_answer_was_read() {
    abort_at(ABORTS_AT[3]).await;
}

async fn abort_at(point: &str) {
    let mut deskbell = start(Mode::Services, impatient()).await;
    let load = visitors(&deskbell);
    load.goes_on(MESSAGES_BETWEEN).await;
    deskbell.kill9(Service::SmsNotifier);
    for kill in 1..=kills() {
        // Not always the first time that the point is passed.
        let passage = format!("{point}:{}", kill % 3 + 1);
        deskbell.spawn(Service::SmsNotifier, &["--kill-at", &passage]);
        let notifier = deskbell.process(Service::SmsNotifier);
        let status = eventually(&format!("{passage} is hit"), EVENTUALLY, async || notifier.status()).await;
        assert_eq!(status.signal(), Some(SIGABRT), "it ended otherwise:\n{}", notifier.log());
        deskbell.put_away(Service::SmsNotifier);
    }
    deskbell.start_all().await;
    judge(&deskbell, load, &format!("notifier killed {} times at {point}", kills())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_request_is_on_its_way() {
    let mut deskbell = start(Mode::Services, impatient()).await;
    deskbell.twilio.behave(|behaviour| behaviour.latency_ms = LATENCY_MS);
    // Some of the requests that are met on their way are not taken.
    let untaken = FaultSpec { every: Some(3), delay_ms: Some(LATENCY_MS), ..FaultSpec::new(FaultKind::Hang) };
    deskbell.twilio.script_fault(untaken);
    let load = visitors(&deskbell);
    for _kill in 0..kills() {
        deskbell.start_all().await;
        let known = deskbell.twilio.counts().requests;
        wait_until("a request is on its way", EVENTUALLY, async || {
            let requests = deskbell.twilio.requests();
            let fresh = requests.iter().rev().take_while(|request| request.number > known);
            fresh.filter(|request| request.method == "POST").any(|request| request.answer == "pending")
        })
        .await;
        deskbell.kill9(Service::SmsNotifier);
    }
    deskbell.twilio.clear_faults();
    deskbell.start_all().await;
    judge(&deskbell, load, &format!("notifier killed {} times at {KILLED_AT}", kills())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_past_its_leases_beside_another_one() {
    let mut deskbell = start(Mode::Services, impatient()).await;
    deskbell.twilio.behave(|behaviour| behaviour.latency_ms = LATENCY_MS);
    let mut command = deskbell.command("sms-notifier");
    let mut other = Process::spawn("the other notifier", command.env("SMS_NOTIFIER_BIND", "127.0.0.1:0"));
    other.wait_for_line("connected to the broker", SOON);
    let load = visitors(&deskbell);
    let freezes = kills() / 2;
    for _freeze in 0..freezes {
        load.goes_on(MESSAGES_BETWEEN).await;
        let notifier = deskbell.process(Service::SmsNotifier);
        notifier.freeze();
        load.goes_on_for(FROZEN_FOR).await;
        notifier.thaw();
    }
    judge(&deskbell, load, &format!("one of two notifiers frozen {freezes} times")).await;
    assert!(other.terminate(SOON).success(), "{}", other.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_point_of_the_notifier_is_among_those_above() {
    let deskbell = Deployment::prepare(Mode::Services, impatient()).await;
    let refused = deskbell.command("sms-notifier").args(["--kill-at", "nowhere"]).output();
    let said = refused.expect("the notifier can be run").stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let (_, names) = said.split_once("there are ").unwrap_or_else(|| panic!("it names its points: {said}"));
    let mut names: Vec<&str> = names.trim().split(", ").collect();
    names.sort_unstable();
    let mut tested: Vec<&str> = ABORTS_AT.into_iter().chain([KILLED_AT]).collect();
    tested.sort_unstable();
    assert_eq!(names, tested);
}
