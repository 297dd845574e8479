//! Each fault does on the wire what it says, and Deskbell's client judges it rightly.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use deskbell_twilio::{ErrorClass, ListFilter, NewMessage, ReadError, SendError, Sender};
use deskbell_twilio_sim::{FaultKind, FaultSpec, Operation, SimHandle};

use crate::setup::{ACCOUNT, DEADLINE, FROM, TO, client, send, start};

/// Shorter than what hangs, longer than anything that does not.
const TIMEOUT: Duration = Duration::from_millis(400);

/// One create request under the fault: what the client says, and how many messages were accepted.
async fn strike(sim: &SimHandle, fault: FaultSpec) -> (Result<(), SendError>, u64) {
    sim.reset();
    sim.script_fault(FaultSpec { times: Some(1), ..fault });
    let message = NewMessage {
        to: TO.to_owned(),
        sender: Sender::From(FROM.to_owned()),
        body: "Hi".to_owned(),
        status_callback: None,
        validity_period_s: None,
    };
    let result = client(sim, TIMEOUT).create_message(&message).await.map(drop);
    (result, sim.counts().accepted)
}

#[tokio::test]
async fn faults_whose_outcome_nobody_can_know_are_ambiguous() {
    let sim = start().await;
    let plain = FaultSpec::new;
    for (fault, accepted, answer) in [
        (plain(FaultKind::AcceptThenDrop), 1, "dropped"),
        (plain(FaultKind::AcceptThen500), 1, "500"),
        (plain(FaultKind::Error500), 0, "500"),
        (plain(FaultKind::Hang), 0, "pending"),
        (FaultSpec { accept: true, ..plain(FaultKind::Hang) }, 1, "pending"),
        (FaultSpec { delay_ms: Some(20), ..plain(FaultKind::Hang) }, 0, "dropped"),
        (FaultSpec { delay_ms: Some(60_000), ..plain(FaultKind::SlowBody) }, 1, "201"),
        (plain(FaultKind::TruncatedJson), 1, "201"),
        (plain(FaultKind::Html502), 0, "502"),
        (FaultSpec { accept: true, ..plain(FaultKind::Html502) }, 1, "502"),
        (plain(FaultKind::ResetBeforeReading), 0, "reset"),
        (FaultSpec { to: Some(TO.to_owned()), ..plain(FaultKind::ResetBeforeReading) }, 0, "reset"),
    ] {
        let (result, seen) = strike(&sim, fault.clone()).await;
        assert!(matches!(result, Err(SendError::Ambiguous { .. })), "{fault:?}: {result:?}");
        assert_eq!(seen, accepted, "{fault:?}");
        let requests = sim.requests();
        assert_eq!(
            (requests.len(), requests[0].fault, &*requests[0].answer),
            (1, Some(fault.kind), answer),
            "{fault:?}"
        );
        assert_eq!(sim.counts().faults, 1);
        send(&sim, TO, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_is_only_slow_arrives_whole() {
    let sim = start().await;
    let fault = FaultSpec { delay_ms: Some(40), ..FaultSpec::new(FaultKind::SlowBody) };
    assert_eq!(strike(&sim, fault).await, (Ok(()), 1));
}

#[tokio::test]
async fn rate_limits_were_not_processed() {
    let sim = start().await;
    let limited = FaultSpec::new(FaultKind::RateLimited);
    let backoff = ErrorClass::Backoff;
    let seconds = Some(Duration::from_secs(2));
    for (fault, retry_after, code, class) in [
        (limited.clone(), None, 20429, backoff),
        (FaultSpec { retry_after: Some("2".into()), ..limited.clone() }, seconds, 20429, backoff),
        (
            FaultSpec { retry_after: Some("Thu, 01 Jan 2037 00:00:00 GMT".into()), ..limited },
            Some(Duration::from_hours(1)),
            20429,
            backoff,
        ),
        (FaultSpec::new(FaultKind::DailyLimit), None, 63038, ErrorClass::Later),
        (FaultSpec::new(FaultKind::QueueFull), None, 21611, ErrorClass::Later),
    ] {
        let expected = SendError::RateLimited { retry_after, code: Some(code), class };
        assert_eq!(strike(&sim, fault).await, (Err(expected), 0));
    }
}

#[tokio::test]
async fn refusals_carry_their_code() {
    let sim = start().await;
    let other = FaultSpec { status: Some(400), code: Some(21608), ..FaultSpec::new(FaultKind::ApiError) };
    for (fault, status, code) in [(FaultSpec::new(FaultKind::Unauthorized), 401, 20003), (other, 400, 21608)]
    {
        let (result, accepted) = strike(&sim, fault).await;
        let error = result.unwrap_err();
        assert!(matches!(error, SendError::Rejected { status: seen, .. } if seen == status), "{error:?}");
        assert_eq!((error.code(), error.class(), accepted), (Some(code), ErrorClass::Config, 0));
    }
}

#[tokio::test]
async fn a_drop_ends_the_connection_and_a_reset_breaks_it() {
    let sim = start().await;
    let address = sim.url.trim_start_matches("http://").to_owned();
    let talk = async || {
        let address = address.clone();
        let talking = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            let head = format!(
                "POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.read(&mut [0; 10])
        });
        talking.await.unwrap()
    };
    sim.script_fault(FaultSpec::new(FaultKind::AcceptThenDrop));
    assert_eq!(talk().await.unwrap(), 0);
    sim.clear_faults();
    sim.script_fault(FaultSpec::new(FaultKind::ResetBeforeReading));
    assert_eq!(talk().await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_fault_strikes_the_recipient_and_the_request_that_it_names() {
    let sim = start().await;
    sim.script_fault(FaultSpec { to: Some("+15558675399".into()), ..FaultSpec::new(FaultKind::Error500) });
    sim.script_fault(FaultSpec { nth: Some(2), ..FaultSpec::new(FaultKind::Unauthorized) });
    assert!(send(&sim, TO, None).await.is_ok());
    assert_eq!(send(&sim, TO, None).await.unwrap_err().code(), Some(20003));
    assert!(send(&sim, TO, None).await.is_ok());
    let error = send(&sim, "+15558675399", None).await.unwrap_err();
    assert!(matches!(error, SendError::Ambiguous { .. }));
}

#[tokio::test]
async fn faults_can_strike_lists_alone() {
    let sim = start().await;
    let error = FaultSpec { on: Operation::List, ..FaultSpec::new(FaultKind::Error500) };
    sim.script_fault(error);
    send(&sim, TO, None).await.unwrap();
    let listed = client(&sim, DEADLINE).list_messages(&ListFilter::default(), 1).await;
    assert!(matches!(listed, Err(ReadError::Api { status: 500, .. })));
    sim.clear_faults();
    sim.script_fault(FaultSpec { on: Operation::Any, ..FaultSpec::new(FaultKind::TruncatedJson) });
    let listed = client(&sim, DEADLINE).list_messages(&ListFilter::default(), 1).await;
    assert!(matches!(listed, Err(ReadError::Transport(_))));
}
