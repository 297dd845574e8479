//! The admin API as its users meet it, over HTTP, on SQLite and on PostgreSQL.

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

mod access;
mod app;
mod client;
mod deliveries;
mod documents;
mod first_start;
mod inbox;
mod link;
mod notifier;
mod operations;
mod pages;
mod recipients;
mod session;
mod settings;
mod test_notification;
mod users;
