//! What the store promises, on SQLite and on PostgreSQL alike.
//!
//! Every check is written once, against [`db::Db`], and runs twice: as `name::sqlite` on a file of its own and as
//! `name::postgres` in a database of its own.

#![expect(clippy::unwrap_used, reason = "the checks are tests, though clippy sees functions")]

/// Runs the named checks on both databases; `in one thread` as in the workers of the HTTP servers.
macro_rules! on_both_databases {
    (in one thread: $($check:ident),+ $(,)?) => {
        $(on_both_databases!(@ $check, tokio::test(flavor = "current_thread"));)+
    };
    (@ $check:ident, $($test:tt)+) => {
        mod $check {
            #[$($test)+]
            async fn sqlite() {
                Box::pin(super::$check(crate::db::Db::sqlite().await)).await;
            }

            #[$($test)+]
            async fn postgres() {
                Box::pin(super::$check(crate::db::Db::postgres().await)).await;
            }
        }
    };
    ($($check:ident),+ $(,)?) => {
        $(on_both_databases!(@ $check, tokio::test(flavor = "multi_thread", worker_threads = 2));)+
    };
}

mod admin;
mod audited;
mod budget;
mod cancellation;
mod chats;
mod claims;
mod cut;
mod db;
mod drafts;
mod ingest;
mod links;
mod lists;
mod live;
mod notices;
mod open;
mod outage;
mod outbox;
mod quarantine;
mod reconcile;
mod retention;
mod roles;

mod schema;
mod tls;
mod transitions;
mod unassigned;
mod users;
mod writer;
