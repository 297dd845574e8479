//! The TCP listener and the HTTP/1.1 service behind it, put together by hand because the framework's own server has no
//! place for [`crate::upgrade`].

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;

use actix_http::{HttpService, Request};
use actix_server::{GracefulShutdownSignal, Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service, map_config,
};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::web::ServiceConfig;
use deskbell_runtime::CancellationToken;
use deskbell_runtime::settings::HttpSettings;
use tokio::net::{TcpSocket, TcpStream};

use crate::server::{Listener, app};
use crate::upgrade;

/// How long a connection may take to close once it is told to.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Takes the address. Ports that a process before has just left are taken at once.
pub(crate) fn take(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)?.into_std()
}

/// The server with its workers, ready to run.
pub(crate) fn serve<F>(
    listener: &Listener,
    socket: TcpListener,
    shutdown: CancellationToken,
    routes: F,
) -> io::Result<Server>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let address = socket.local_addr()?;
    let builder = builder(listener, shutdown);
    let stopping = builder.graceful_shutdown_signal();
    let http = listener.http.clone();
    let builder = builder.listen("http", socket, move || service(&http, address, &stopping, &routes))?;
    Ok(builder.run())
}

fn builder(listener: &Listener, shutdown: CancellationToken) -> ServerBuilder {
    let builder = Server::build()
        .max_concurrent_connections(listener.http.max_connections)
        .shutdown_timeout(listener.shutdown_timeout.as_secs().max(1))
        .disable_signals()
        .shutdown_signal(shutdown.cancelled_owned());
    if listener.workers > 0 { builder.workers(listener.workers) } else { builder }
}

/// What one worker runs for each connection.
fn service<F>(
    http: &HttpSettings,
    address: SocketAddr,
    stopping: &GracefulShutdownSignal,
    routes: &F,
) -> impl ServiceFactory<TcpStream, Config = (), InitError = ()> + use<F>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let stopping = stopping.clone();
    let (settings, upgraded) = (http.clone(), routes.clone());
    let upgrades = fn_factory(move || {
        let requests = requests(&settings, &upgraded).new_service(());
        async move {
            let requests = Rc::new(requests.await?);
            Ok::<_, ()>(fn_service(move |(request, connection)| {
                upgrade::serve(Rc::clone(&requests), request, connection)
            }))
        }
    });
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(http.keep_alive())
        .client_request_timeout(http.request_timeout())
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .local_addr(address)
        .upgrade(upgrades)
        .finish(requests(http, routes).map_err(|error| error.error_response()))
        .tcp()
}

/// The routes behind the shared edge, as the HTTP service calls them.
fn requests<F>(
    http: &HttpSettings,
    routes: &F,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = ServiceResponse<BoxBody>,
    Error = actix_web::Error,
    InitError = (),
    Future: 'static,
    Service: 'static,
> + use<F>
where
    F: Fn(&mut ServiceConfig) + Clone + 'static,
{
    map_config(app(http, routes.clone()).into_factory(), |()| AppConfig::default())
}
