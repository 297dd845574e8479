//! The registry of fault points: the moments at which a crash would hurt most.
//!
//! Each step passes its point. In production that is nothing; a simulation ends the step there; a test of real
//! processes aborts the process there.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A moment in the life of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultPoint {
    /// An event has come in; nothing is written yet.
    Received,
    /// Its deliveries are committed; the broker does not know yet.
    Planned,
    /// An attempt is committed; its request has not begun.
    AttemptCommitted,
    /// The request is on the wire.
    MidPost,
    /// The answer is read; nothing of it is written yet.
    ResponseRead,
}

impl FaultPoint {
    /// Every point there is.
    pub const ALL: [Self; 5] =
        [Self::Received, Self::Planned, Self::AttemptCommitted, Self::MidPost, Self::ResponseRead];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Planned => "planned",
            Self::AttemptCommitted => "attempt_committed",
            Self::MidPost => "mid_post",
            Self::ResponseRead => "response_read",
        }
    }
}

/// A name that is no fault point.
#[derive(Debug, thiserror::Error)]
#[error("no such fault point; there are received, planned, attempt_committed, mid_post, response_read")]
pub struct UnknownFaultPoint;

impl FromStr for FaultPoint {
    type Err = UnknownFaultPoint;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|point| point.as_str() == name).ok_or(UnknownFaultPoint)
    }
}

/// The step ends here, as if the process had died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("crashed at {0:?}")]
pub struct Crash(pub FaultPoint);

/// What happens at the points.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Script>>);

type Script = dyn Fn(FaultPoint) -> Result<(), Crash> + Send + Sync;

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Faults(scripted)" } else { "Faults(none)" })
    }
}

impl Faults {
    /// Nothing ever happens.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Asks `script` at every point.
    pub fn scripted(script: impl Fn(FaultPoint) -> Result<(), Crash> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(script)))
    }

    /// Passes a point.
    ///
    /// # Errors
    /// When the script wants the step to end here.
    pub fn pass(&self, point: FaultPoint) -> Result<(), Crash> {
        self.0.as_ref().map_or(Ok(()), |script| script(point))
    }

    /// From the command line: `--kill-at POINT:N` aborts the process when it passes the point for the N-th time.
    ///
    /// # Errors
    /// When the argument cannot be read.
    #[cfg(feature = "fault-points")]
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        use std::sync::atomic::{AtomicU32, Ordering};

        use anyhow::Context as _;

        let Some(wanted) = arguments.find(|argument| argument == "--kill-at").and_then(|_| arguments.next())
        else {
            return Ok(Self::none());
        };
        let (point, times) = wanted.split_once(':').unwrap_or((&wanted, "1"));
        let (point, times): (FaultPoint, u32) =
            (point.parse()?, times.parse().context("--kill-at POINT:TIMES")?);
        let passed = AtomicU32::new(0);
        Ok(Self::scripted(move |here| {
            if here == point && passed.fetch_add(1, Ordering::SeqCst) + 1 == times {
                std::process::abort();
            }
            Ok(())
        }))
    }
}
