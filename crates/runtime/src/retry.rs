//! Reaching a database or a broker that may start later than we do.
//!
//! Only for start-up: bounded in time, each try in the log. What runs afterwards has its own policies.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::exit::chain;

const FIRST_DELAY: Duration = Duration::from_millis(100);
const LAST_DELAY: Duration = Duration::from_secs(5);

/// How one try failed. `?` on any error means [`Attempt::Again`].
#[derive(Debug)]
pub enum Attempt {
    /// It may work later.
    Again(anyhow::Error),
    /// It never will: wrong password, a schema of another version.
    Never(anyhow::Error),
}

impl Attempt {
    /// For `map_err`: trying again is of no use.
    pub fn never(error: impl Into<anyhow::Error>) -> Self {
        Self::Never(error.into())
    }
}

impl<E: Into<anyhow::Error>> From<E> for Attempt {
    fn from(error: E) -> Self {
        Self::Again(error.into())
    }
}

/// Why something the process needs at its start is not there.
#[derive(Debug)]
pub enum StartError {
    /// It could not be reached within the time allowed.
    Unavailable {
        /// What was to be reached.
        what: String,
        /// How long it was tried.
        limit: Duration,
        /// The last try's error.
        source: anyhow::Error,
    },
    /// It was reached and will not do.
    Refused {
        /// What was reached.
        what: String,
        /// Why it will not do.
        source: anyhow::Error,
    },
    /// The process was told to stop while it waited.
    Interrupted,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { what, limit, .. } => {
                write!(f, "{what} could not be reached within {} s", limit.as_secs_f64())
            }
            Self::Refused { what, .. } => write!(f, "{what} cannot be used"),
            Self::Interrupted => f.write_str("told to stop while starting"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { source, .. } | Self::Refused { source, .. } => Some(source.as_ref()),
            Self::Interrupted => None,
        }
    }
}

/// Calls `attempt` until it succeeds, with growing pauses (0.1 s to 5 s).
///
/// # Errors
/// When an attempt says [`Attempt::Never`], when `limit` is over (a hanging attempt is cut off), or on `shutdown`.
pub async fn with_backoff<T, F, Fut>(
    what: &str,
    limit: Duration,
    shutdown: &CancellationToken,
    mut attempt: F,
) -> Result<T, StartError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Attempt>>,
{
    let deadline = Instant::now() + limit;
    let mut delay = FIRST_DELAY;
    loop {
        let outcome = tokio::select! {
            outcome = timeout_at(deadline, attempt()) => outcome,
            () = shutdown.cancelled() => return Err(StartError::Interrupted),
        };
        let source = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(Attempt::Never(source))) => {
                return Err(StartError::Refused { what: what.to_owned(), source });
            }
            Ok(Err(Attempt::Again(source))) => source,
            Err(_elapsed) => anyhow::anyhow!("no answer"),
        };
        if Instant::now() + delay >= deadline {
            return Err(StartError::Unavailable { what: what.to_owned(), limit, source });
        }
        tracing::warn!(
            error = chain(source.as_ref()),
            retry_delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
            "{what} cannot be reached yet, trying again"
        );
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = shutdown.cancelled() => return Err(StartError::Interrupted),
        }
        delay = (delay * 2).min(LAST_DELAY);
    }
}
