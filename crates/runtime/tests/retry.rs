//! Waiting for dependencies at start-up.

use std::cell::Cell;
use std::time::Duration;

use anyhow::{Context, anyhow};
use deskbell_runtime::retry::{Attempt, StartError, with_backoff};
use deskbell_runtime::{CancellationToken, exit};

#[tokio::test]
async fn it_succeeds_as_soon_as_an_attempt_does() {
    let attempts = Cell::new(0);
    let shutdown = CancellationToken::new();
    let reached = with_backoff("the broker", Duration::from_secs(30), &shutdown, || {
        attempts.set(attempts.get() + 1);
        let attempt = attempts.get();
        async move { if attempt < 3 { Err(anyhow!("refused").into()) } else { Ok(attempt) } }
    });
    assert_eq!(reached.await.unwrap(), 3);
}

#[tokio::test]
async fn what_will_never_work_is_not_tried_again() {
    let attempts = Cell::new(0);
    let reached: Result<(), _> =
        with_backoff("the database", Duration::from_secs(30), &CancellationToken::new(), || {
            attempts.set(attempts.get() + 1);
            async { Err(Attempt::never(anyhow!("the password is wrong"))) }
        })
        .await;
    let error = anyhow::Error::from(reached.unwrap_err());
    assert_eq!(attempts.get(), 1);
    assert_eq!(exit::chain(error.as_ref()), "the database cannot be used: the password is wrong");
    assert_eq!(exit::code_of(&error), exit::SOFTWARE);
}

#[tokio::test]
async fn an_attempt_that_hangs_is_cut_off_and_the_exit_code_survives_context() {
    let reached: Result<(), StartError> = with_backoff(
        "the broker",
        Duration::from_millis(20),
        &CancellationToken::new(),
        std::future::pending,
    )
    .await;
    let error = Err::<(), _>(reached.unwrap_err()).context("starting").unwrap_err();
    assert_eq!(
        exit::chain(error.as_ref()),
        "starting: the broker could not be reached within 0.02 s: no answer"
    );
    assert_eq!(exit::code_of(&error), exit::UNAVAILABLE);
}
