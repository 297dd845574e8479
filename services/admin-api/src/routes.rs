//! Every route with who may call it. What does not stand here does not exist, except for the probes that all services
//! have.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Route, guard};

use crate::access::{Access, gate};
use crate::endpoints::{conversations, notifications, operations, people, session};
use crate::pages;

use Access::{Admin, Anyone, Link, User};

/// A line of the table.
pub struct Endpoint {
    /// The method; GET answers HEAD as well.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    handler: fn() -> Route,
}

/// The table.
#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    let line = |method, path, access, handler| Endpoint { method, path, access, handler };
    vec![
        line(Method::POST,   "/api/v1/session",                           Anyone, || web::to(session::log_in::handle)),
        line(Method::DELETE, "/api/v1/session",                           User,   || web::to(session::log_out::handle)),
        line(Method::GET,    "/api/v1/me",                                User,   || web::to(session::show_me::handle)),
        line(Method::PUT,    "/api/v1/me/password",                       User,   || web::to(session::change_password::handle)),

        line(Method::GET,    "/api/v1/users",                             User,   || web::to(people::list_users::handle)),
        line(Method::POST,   "/api/v1/users",                             Admin,  || web::to(people::add_user::handle)),

        line(Method::GET,    "/api/v1/notifications/settings",            User,   || web::to(notifications::show_settings::handle)),
        line(Method::PUT,    "/api/v1/notifications/settings",            Admin,  || web::to(notifications::save_settings::handle)),
        line(Method::GET,    "/api/v1/notifications/recipients",          Admin,  || web::to(notifications::list_recipients::handle)),
        line(Method::POST,   "/api/v1/notifications/recipients",          Admin,  || web::to(notifications::add_recipient::handle)),
        line(Method::PATCH,  "/api/v1/notifications/recipients/{id}",     Admin,  || web::to(notifications::edit_recipient::handle)),
        line(Method::DELETE, "/api/v1/notifications/recipients/{id}",     Admin,  || web::to(notifications::remove_recipient::handle)),
        line(Method::POST,   "/api/v1/notifications/test",                Admin,  || web::to(notifications::send_test::handle)),
        line(Method::GET,    "/api/v1/notifications/test/{event_id}",     Admin,  || web::to(notifications::show_test::handle)),
        line(Method::GET,    "/api/v1/notifications/deliveries",          User,   || web::to(notifications::list_deliveries::handle)),

        line(Method::GET,    "/api/v1/conversations",                     User,   || web::to(conversations::list::handle)),
        line(Method::GET,    "/api/v1/conversations/{id}",                User,   || web::to(conversations::show::handle)),
        line(Method::GET,    "/api/v1/conversations/{id}/messages",       User,   || web::to(conversations::list_messages::handle)),
        line(Method::POST,   "/api/v1/conversations/{id}/messages",       User,   || web::to(conversations::reply::handle)),
        line(Method::POST,   "/api/v1/conversations/{id}/claim",          User,   || web::to(conversations::claim::handle)),
        line(Method::POST,   "/api/v1/conversations/{id}/assign",         User,   || web::to(conversations::assign::handle)),
        line(Method::POST,   "/api/v1/conversations/{id}/close",          User,   || web::to(conversations::close::handle)),
        line(Method::POST,   "/api/v1/conversations/{id}/reopen",         User,   || web::to(conversations::reopen::handle)),
        line(Method::GET,    "/api/v1/conversations/{id}/timeline",       User,   || web::to(conversations::show_timeline::handle)),
        line(Method::DELETE, "/api/v1/conversations/{id}/links",          User,   || web::to(conversations::revoke_links::handle)),

        line(Method::GET,    "/api/v1/audit",                             Admin,  || web::to(operations::list_audit::handle)),
        line(Method::GET,    "/api/v1/health",                            User,   || web::to(operations::show_health::handle)),
        line(Method::GET,    "/api/v1/dead-letters",                      Admin,  || web::to(operations::list_dead_letters::handle)),
        line(Method::POST,   "/api/v1/dead-letters/{id}/replay",          Admin,  || web::to(operations::replay_dead_letter::handle)),

        line(Method::GET,    "/",                                         Anyone, || web::to(pages::home::handle)),
        line(Method::GET,    "/assets/page.css",                          Anyone, || web::to(pages::stylesheet::handle)),
        line(Method::GET,    "/r/chat",                                   Link,   || web::to(pages::show_chat::handle)),
        line(Method::POST,   "/r/chat/reply",                             Link,   || web::to(pages::reply::handle)),
        line(Method::POST,   "/r/chat/take",                              Link,   || web::to(pages::take::handle)),
        line(Method::POST,   "/r/chat/close",                             Link,   || web::to(pages::close::handle)),
        line(Method::GET,    "/r/{token}",                                Anyone, || web::to(pages::show_link::handle)),
        line(Method::POST,   "/r/{token}",                                Anyone, || web::to(pages::open_link::handle)),
    ]
}

/// Registers the table, each path once and each route behind the gate.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let endpoints = endpoints();
    for of_path in endpoints.chunk_by(|one, next| one.path == next.path) {
        let resource = of_path
            .iter()
            .fold(web::resource(of_path[0].path), |resource, endpoint| resource.route(endpoint.gated()));
        config.service(resource);
    }
}

impl Endpoint {
    fn gated(&self) -> Route {
        let access = self.access;
        let route = if self.method == Method::GET {
            (self.handler)().guard(guard::Any(guard::Get()).or(guard::Head()))
        } else {
            (self.handler)().method(self.method.clone())
        };
        route.wrap(from_fn(move |request, next| gate(access, request, next)))
    }
}
