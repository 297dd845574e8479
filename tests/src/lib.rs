//! The whole product under test, as people and programs meet it: real processes, real servers, and a stand-in for
//! Twilio. The stories and the kill tests are in `tests/`; here is what they are told with.
//!
//! Nothing here links the services: what is tested are their programs, through HTTP, the broker and signals. Only the
//! [`checker`] looks into the database, since what must never be lost or doubled is a statement about all rows.

mod admin;
mod binaries;
pub mod checker;
mod database;
mod deployment;
mod http;
mod ledger;
mod load;
mod setup;
mod visitor;
mod wait;

pub use admin::{Admin, ChatLink};
pub use database::{Backlog, Database};
pub use deployment::{Deployment, Service};
pub use http::Answer;
pub use ledger::{Ledger, SentMessage};
pub use load::Load;
pub use setup::{ADMIN_EMAIL, ADMIN_PASSWORD, BUSINESS, MANAGER, Mode, OWNER, SENDER, Setup};
pub use visitor::{Chat, Opening, Stored, Website};
pub use wait::eventually;

use std::time::Duration;

/// How long something may take that happens at once.
pub const SOON: Duration = Duration::from_secs(15);
/// How long something may take that begins with a pause of the product: a lease that runs out, a search for an SMS.
pub const EVENTUALLY: Duration = Duration::from_secs(60);

/// Tells a story of a deployment, to its end: afterwards everything is settled, nothing is lost or doubled, and the
/// processes end in good order.
pub async fn tell(mode: Mode, setup: Setup, story: impl AsyncFnOnce(&mut Deployment)) {
    let mut deployment = Deployment::start(mode, setup).await;
    story(&mut deployment).await;
    deployment.settled().await;
    deployment.check().await;
    deployment.stop();
}

/// Tells each story twice: as `name::embedded` and as `name::services`. A story is a function of a [`Deployment`], if
/// need be `with` a [`Setup`] of its own.
#[macro_export]
macro_rules! stories {
    ($($story:ident $(with $setup:expr)?),+ $(,)?) => {$(
        mod $story {
            use super::*;

            $crate::story!($story, embedded, Embedded $(, $setup)?);
            $crate::story!($story, services, Services $(, $setup)?);
        }
    )+};
}

/// Tells each story of three services alone: as `name::services`.
#[macro_export]
macro_rules! stories_of_services {
    ($($story:ident $(with $setup:expr)?),+ $(,)?) => {$(
        mod $story {
            use super::*;

            $crate::story!($story, services, Services $(, $setup)?);
        }
    )+};
}

/// One test.
#[doc(hidden)]
#[macro_export]
macro_rules! story {
    ($story:ident, $name:ident, $mode:ident) => {
        $crate::story!($story, $name, $mode, $crate::Setup::ordinary());
    };
    ($story:ident, $name:ident, $mode:ident, $setup:expr) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            Box::pin($crate::tell($crate::Mode::$mode, $setup, super::$story)).await;
        }
    };
}
