//! The chat API as its clients meet it, over HTTP, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "the behaviours are tests, though clippy sees functions")]

/// Runs behaviours, functions of a running app, against an app on each database.
macro_rules! on_each_database {
    ($($behaviour:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(crate::app::TestApp::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(crate::app::TestApp::on_postgres().await).await;
            })+
        }
    };
}

mod app;
mod bad_input;
mod cable;
mod documents;
mod events;
mod limits;
mod live;
mod origins;
mod outage;
mod process;
mod reading;
mod repeating;
mod shutdown;
mod starting;
mod unassigned;
mod web;
