//! The process that visitors write to dies: as a service of its own, and as the one process of the embedded mode.

use deskbell_e2e::{Mode, Service};

use crate::{MESSAGES_BETWEEN, impatient, judge, kills, start, visitors};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_chat_api_loses_no_message() {
    kill_repeatedly(Mode::Services, "chat-api").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_deskbell_loses_no_message() {
    kill_repeatedly(Mode::Embedded, "deskbell").await;
}

async fn kill_repeatedly(mode: Mode, name: &str) {
    let mut deskbell = start(mode, impatient()).await;
    let load = visitors(&deskbell);
    for _kill in 0..kills() {
        load.goes_on(MESSAGES_BETWEEN).await;
        deskbell.kill9(Service::ChatApi);
        deskbell.start_service(Service::ChatApi, &[]).await;
    }
    judge(&deskbell, load, &format!("{name} killed {} times", kills())).await;
}
