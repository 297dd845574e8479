//! Taking an address and giving it back.

use std::sync::Arc;

use actix_web::web;
use deskbell_http::bind;
use deskbell_runtime::CancellationToken;
use tokio::sync::Notify;

use crate::server::{TestServer, http_settings, listener, routes};

#[tokio::test]
async fn a_taken_port_is_named_with_the_setting_to_change() {
    let server = TestServer::start().await;
    let mut taken = listener(http_settings(&[]));
    taken.bind.set_port(server.url.rsplit(':').next().unwrap().parse().unwrap());
    let Err(error) = bind(&taken, CancellationToken::new(), routes) else { panic!("the port is taken") };
    let port = taken.bind.port();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot listen on 127.0.0.1:{port}: port {port} is taken; stop what listens there or set TEST_BIND"
        )
    );
    assert_eq!(deskbell_runtime::exit::code_of(&error.into()), deskbell_runtime::exit::UNAVAILABLE);
}

#[tokio::test]
async fn a_stop_answers_what_is_in_flight_and_then_gives_the_port_back() {
    let (entered, proceed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (signal_entered, wait) = (Arc::clone(&entered), Arc::clone(&proceed));
    let server = TestServer::with(http_settings(&[]), move |routes| {
        let (entered, proceed) = (Arc::clone(&signal_entered), Arc::clone(&wait));
        let slow = move || {
            let (entered, proceed) = (Arc::clone(&entered), Arc::clone(&proceed));
            async move {
                entered.notify_one();
                proceed.notified().await;
                "done"
            }
        };
        routes.service(web::resource("/slow").route(web::get().to(slow)));
    })
    .await;
    let request = tokio::spawn(server.client.get(format!("{}/slow", server.url)).send());
    entered.notified().await;
    server.shutdown.cancel();
    proceed.notify_one();
    assert_eq!(request.await.unwrap().unwrap().text().await.unwrap(), "done");
    server.serving.await.unwrap().unwrap();
    let port = server.url.rsplit('/').next().unwrap();
    assert!(std::net::TcpStream::connect(port).is_err(), "the port is free again");
}
