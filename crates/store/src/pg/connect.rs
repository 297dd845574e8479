//! How connections to PostgreSQL are made: encrypted when the URL says so, and none waits for ever.

use std::path::Path;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::form_urlencoded;

use crate::error::{StoreError, StoreResult};

/// No statement of ours takes seconds; one that does holds locks that others wait for. The last bound frees the locks of
/// a process that was stopped in the middle of a transaction.
pub(super) const LIMITS: &str = "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'";
/// For migrations, which may take as long as they need.
pub(super) const NO_LIMITS: &str =
    "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";
/// When a server that no longer answers on the network counts as gone.
const SILENT_FOR: Duration = Duration::from_secs(20);

/// What the pool makes connections with.
pub(super) fn manager(url: &str) -> StoreResult<AsyncDieselConnectionManager<AsyncPgConnection>> {
    let (plain, roots) = take_tls(url);
    let mut settings: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
        StoreError::BadUrl(format!("{error}{}", reason(std::error::Error::source(&error))))
    })?;
    if settings.get_tcp_user_timeout().is_none() {
        settings.tcp_user_timeout(SILENT_FOR);
    }
    let tls = match settings.get_ssl_mode() {
        SslMode::Require => Some(tls(roots.as_deref())?),
        _ => None,
    };
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_url| {
        let (settings, tls) = (settings.clone(), tls.clone());
        async move { connect(&settings, tls).await }.boxed()
    });
    Ok(AsyncDieselConnectionManager::new_with_config(url, config))
}

async fn connect(settings: &Config, tls: Option<MakeRustlsConnect>) -> ConnectionResult<AsyncPgConnection> {
    let mut connection = match tls {
        Some(tls) => {
            let (client, connection) = settings.connect(tls).await.map_err(|error| refused(&error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
        None => {
            let (client, connection) = settings.connect(NoTls).await.map_err(|error| refused(&error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
    };
    connection.batch_execute(LIMITS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// Takes out of a URL what libpq knows and the driver does not: `sslmode=verify-full`, which is what `require` means here,
/// and `sslrootcert`, the file of the authorities to trust.
fn take_tls(url: &str) -> (String, Option<String>) {
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let mut roots = None;
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (name.as_ref(), value.as_ref()) {
            ("sslrootcert", file) => roots = Some(file.to_owned()),
            ("sslmode", "verify-full") => drop(kept.append_pair("sslmode", "require")),
            (name, value) => drop(kept.append_pair(name, value)),
        }
    }
    (format!("{address}?{}", kept.finish().replace('+', "%20")), roots)
}

/// The server must prove its name with a certificate of an authority from `file`, or of one that this machine trusts.
fn tls(file: Option<&str>) -> StoreResult<MakeRustlsConnect> {
    let found = match file {
        Some(file) => rustls_native_certs::load_certs_from_paths(Some(Path::new(file)), None),
        None => rustls_native_certs::load_native_certs(),
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let mend = match file {
            Some(file) => format!("sslrootcert: there is no certificate in {file}"),
            None => "TLS needs authorities to trust: install ca-certificates, or name a PEM file with sslrootcert=".to_owned(),
        };
        return Err(StoreError::BadUrl(mend));
    }
    let provider = rustls::crypto::ring::default_provider();
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::BadUrl(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn refused(error: &tokio_postgres::Error) -> ConnectionError {
    ConnectionError::BadConnection(format!("{error}{}", reason(std::error::Error::source(error))))
}

/// What lies below an error, in words.
fn reason(source: Option<&(dyn std::error::Error + 'static)>) -> String {
    source.map(|source| format!(": {source}")).unwrap_or_default()
}
