//! A broker behind TLS.

use std::path::Path;

use deskbell_bus::{Bus, BusSettings};
use deskbell_testkit::{RabbitServer, free_port, wait_until};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::backend::{SOON, connect, next, publish, settings};

#[tokio::test(flavor = "multi_thread")]
async fn amqps_is_spoken_with_a_broker_whose_authority_is_trusted_and_with_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let trusted = certificates(folder.path());
    let _server = RabbitServer::start_with(&configuration(folder.path(), port)).unwrap();
    let url = format!("amqps://guest:guest@localhost:{port}");

    let bus = connect(&BusSettings { tls_ca_pem: Some(trusted), ..settings(&url) }).await;
    publish(&bus, "secret").await;
    next(&mut bus.events()).await.ack().await.unwrap();

    let distrustful = Bus::open(&settings(&url)).unwrap();
    wait_until("the reason is known", SOON, || async { distrustful.health().last_error.is_some() }).await;
    let reason = distrustful.health().last_error.unwrap();
    assert!(reason.contains("certificate"), "{reason}");
}

/// Writes a server's certificate for `localhost` and its key, and returns the authority's certificate.
fn certificates(folder: &Path) -> String {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server =
        CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(folder.join("certificate.pem"), server.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    std::fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    authority.pem()
}

fn configuration(folder: &Path, port: u16) -> String {
    let file = |name| folder.join(name).display().to_string();
    format!(
        "listeners.ssl.1 = 127.0.0.1:{port}\nssl_options.cacertfile = {}\nssl_options.certfile = {}\n\
         ssl_options.keyfile = {}\nssl_options.verify = verify_none\n",
        file("authority.pem"),
        file("certificate.pem"),
        file("key.pem"),
    )
}
