//! The listener: binds, serves a service's routes behind the shared edge, and stops in good order.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::ServiceConfig;
use actix_web::{App, Error};
use deskbell_runtime::CancellationToken;
use deskbell_runtime::settings::HttpSettings;

use crate::body::BodyLimit;
use crate::client_ip::ForwardedBy;
use crate::edge::Edge;
use crate::listen;
use crate::query::path_config;

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The address; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The name of the setting that `bind` came from, for the message when it is taken.
    pub bind_setting: &'static str,
    /// HTTP workers; 0 takes one per core.
    pub workers: usize,
    /// Limits and proxies.
    pub http: HttpSettings,
    /// How long requests in flight may take once the service is told to stop.
    pub shutdown_timeout: Duration,
}

/// Why the address could not be taken.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {bind}: {advice}")]
pub struct BindError {
    bind: SocketAddr,
    advice: String,
    #[source]
    source: io::Error,
}

impl BindError {
    fn new(listener: &Listener, source: io::Error) -> Self {
        let setting = listener.bind_setting;
        let advice = match source.kind() {
            io::ErrorKind::AddrInUse => {
                format!("port {} is taken; stop what listens there or set {setting}", listener.bind.port())
            }
            io::ErrorKind::AddrNotAvailable => format!("this machine has no such address; set {setting}"),
            io::ErrorKind::PermissionDenied => {
                format!(
                    "this user may not take port {}; set {setting} to one above 1023",
                    listener.bind.port()
                )
            }
            _ => format!("set {setting} to another address"),
        };
        Self { bind: listener.bind, advice, source }
    }
}

/// A listening service. It answers as soon as it is polled by [`Bound::run_until_stopped`].
pub struct Bound {
    addr: SocketAddr,
    server: Server,
}

impl Bound {
    /// The address that was taken.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// Serves until the token given to [`bind`] is cancelled and requests in flight are answered.
    ///
    /// # Errors
    /// When a worker could not be started.
    pub async fn run_until_stopped(self) -> io::Result<()> {
        self.server.await
    }
}

/// Takes the address and prepares the workers. `routes` adds the service's own routes and data, once per worker.
///
/// # Errors
/// When the address cannot be taken; the message names the setting to change.
pub fn bind<F>(listener: &Listener, shutdown: CancellationToken, routes: F) -> Result<Bound, BindError>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let socket = listen::take(listener.bind, listener.http.backlog);
    let socket = socket.map_err(|error| BindError::new(listener, error))?;
    let addr = socket.local_addr().unwrap_or(listener.bind);
    let server = listen::serve(listener, socket, shutdown, routes);
    Ok(Bound { addr, server: server.map_err(|error| BindError::new(listener, error))? })
}

/// The application a worker runs: the shared edge and limits around `routes`. Public for in-process tests.
pub fn app<F>(
    http: &HttpSettings,
    routes: F,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
        Service: 'static,
        Future: 'static,
    > + use<F>,
>
where
    F: Fn(&mut ServiceConfig) + 'static,
{
    App::new()
        .app_data(BodyLimit(http.body_limit_bytes))
        .app_data(ForwardedBy::new(http))
        .app_data(path_config())
        .configure(|config| routes(config))
        .wrap(Edge)
}
