//! An orderly stop.

use futures_util::future::join_all;

use crate::app::{TestApp, message};

async fn what_was_acknowledged_while_stopping_is_stored_and_published(mut app: TestApp) {
    let requests: Vec<_> = (0..100).map(|_| message("Hello")).collect();
    let answers = join_all(requests.iter().map(async |request| {
        let answer = app.try_start(request).await;
        app.begin_to_stop();
        answer
    }))
    .await;
    let acknowledged = answers.iter().flatten().filter(|answer| answer.status == 201).count();
    assert!(acknowledged > 0, "{answers:?}");

    let events = app.published_in_the_end().await;
    let stored = app.conversations().await;
    assert!(stored >= acknowledged, "{stored} stored, {acknowledged} acknowledged");
    assert_eq!(events.len(), stored, "each conversation has its one event on the bus");
}

on_each_database!(what_was_acknowledged_while_stopping_is_stored_and_published);
