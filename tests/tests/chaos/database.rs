//! PostgreSQL dies under everybody.

use deskbell_e2e::Mode;
use deskbell_testkit::{PostgresServer, shared};

use crate::{MESSAGES_BETWEEN, impatient, judge, kills, start, visitors};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_postgres_loses_nothing_that_was_acknowledged() {
    let mut server = PostgresServer::start().expect("PostgreSQL starts");
    let database = server.create_database("deskbell").expect("a database can be made");
    let vhost = shared::vhost();
    let setup = impatient().on(database.url(), &vhost.url());
    let deskbell = start(Mode::Services, setup).await;
    let load = visitors(&deskbell);
    for _kill in 0..kills() {
        load.goes_on(MESSAGES_BETWEEN).await;
        server.restart().expect("PostgreSQL starts again");
    }
    judge(&deskbell, load, &format!("PostgreSQL killed {} times", kills())).await;
}
