//! RabbitMQ dies, is away for a while, and comes back without its data.

use std::time::Duration;

use deskbell_e2e::{Deployment, Load, Mode};
use deskbell_testkit::{RabbitServer, shared};

use crate::{MESSAGES_BETWEEN, impatient, is_long, judge, some_visitors, start};

/// Visitors who write at a time: a broker takes long to start, and they go on meanwhile.
const VISITORS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_is_away_and_loses_its_data_costs_no_notice() {
    let mut broker = RabbitServer::start().expect("RabbitMQ starts");
    let database = shared::database();
    let setup = impatient().on(database.url(), &broker.url());
    let deskbell = start(Mode::Services, setup).await;

    let kills = if is_long() { 8 } else { 1 };
    let load = begin(&deskbell).await;
    for _kill in 0..kills {
        load.goes_on(MESSAGES_BETWEEN).await;
        broker.kill9();
        broker.start_again().expect("RabbitMQ starts again");
    }
    judge(&deskbell, load, &format!("RabbitMQ killed {kills} times")).await;

    let away = Duration::from_secs(if is_long() { 60 } else { 3 });
    let load = begin(&deskbell).await;
    broker.stop().expect("RabbitMQ stops");
    load.goes_on_for(away).await;
    broker.start_again().expect("RabbitMQ starts again");
    judge(&deskbell, load, &format!("RabbitMQ away for {} s", away.as_secs())).await;

    let load = begin(&deskbell).await;
    broker.kill9();
    broker.wipe_data().expect("its data can be deleted");
    load.goes_on(MESSAGES_BETWEEN).await;
    broker.start_again().expect("RabbitMQ starts again");
    judge(&deskbell, load, "RabbitMQ's data deleted").await;
}

async fn begin(deskbell: &Deployment) -> Load {
    let load = some_visitors(deskbell, VISITORS);
    load.goes_on(MESSAGES_BETWEEN).await;
    load
}
