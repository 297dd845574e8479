//! PostgreSQL behind TLS, and the bounds of its sessions.

use std::path::Path;
use std::time::Duration;

use deskbell_store::{Store, StoreError, StoreOptions};
use deskbell_testkit::{PostgresServer, wait_until};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encrypted_connection_goes_to_a_server_whose_authority_is_trusted_and_to_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let server = PostgresServer::start().unwrap();
    let (certificate, key) = certificates(folder.path());
    server.encrypt(&certificate, &key).unwrap();
    let port = server.url().rsplit_once(':').unwrap().1.split_once('/').unwrap().0.to_owned();
    let url = |host: &str, query: &str| format!("postgres://postgres@{host}:{port}/postgres?{query}");
    let trusted = folder.path().join("authority.pem").display().to_string();

    let store = open(&url("localhost", &format!("sslmode=verify-full&sslrootcert={trusted}")));
    wait_until("TLS is on", SOON, || async { store.ping().await.is_ok() }).await;

    let other = folder.path().join("other.pem");
    std::fs::write(&other, authority().pem()).unwrap();
    let distrustful = open(&url("localhost", &format!("sslmode=require&sslrootcert={}", other.display())));
    let reason = distrustful.ping().await.unwrap_err().to_string();
    assert!(reason.contains("certificate"), "{reason}");

    let misnamed = open(&url("127.0.0.1", &format!("sslmode=require&sslrootcert={trusted}")));
    let reason = misnamed.ping().await.unwrap_err().to_string();
    assert!(reason.contains("certificate"), "{reason}");
}

#[test]
fn a_file_without_a_certificate_is_named() {
    let url = "postgres://nobody@localhost/x?sslmode=verify-full&sslrootcert=/nowhere/ca.pem";
    let error = Store::open(&StoreOptions::new(url)).unwrap_err();
    assert!(matches!(error, StoreError::BadUrl(_)), "{error}");
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}

#[test]
fn a_parameter_that_nobody_knows_names_the_setting() {
    for query in ["sslmode=verify-ca", "sslmode=perhaps", "no_such=1"] {
        let error = Store::open(&StoreOptions::new(format!("postgres://localhost/x?{query}"))).unwrap_err();
        assert!(error.to_string().contains("DATABASE_URL"), "{query}: {error}");
    }
}

fn open(url: &str) -> Store {
    Store::open(&StoreOptions::new(url)).unwrap()
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for `localhost` and its key; its authority's certificate is in `folder`.
fn certificates(folder: &Path) -> (String, String) {
    let authority = authority();
    std::fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server =
        CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    (server.pem(), key.serialize_pem())
}
