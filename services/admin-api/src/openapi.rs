//! The OpenAPI document, made from the code. Who may call what is copied from the table of routes.

use deskbell_http::ProblemBody;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{OpenApi, openapi};

use crate::access::Access;
use crate::endpoints::{conversations, notifications, operations, people, session};
use crate::routes::endpoints;

const SCHEME: &str = "session";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Deskbell admin API",
        description = "Settings, recipients, chats and logs for the people of the company. Log in with POST /api/v1/session; \
                       the cookie it sets is the session. Browsers may call it from the panel's own pages only."
    ),
    paths(
        session::log_in::handle,
        session::log_out::handle,
        session::show_me::handle,
        session::change_password::handle,
        people::list_users::handle,
        people::add_user::handle,
        notifications::show_settings::handle,
        notifications::save_settings::handle,
        notifications::list_recipients::handle,
        notifications::add_recipient::handle,
        notifications::edit_recipient::handle,
        notifications::remove_recipient::handle,
        notifications::send_test::handle,
        notifications::show_test::handle,
        notifications::list_deliveries::handle,
        conversations::list::handle,
        conversations::show::handle,
        conversations::list_messages::handle,
        conversations::reply::handle,
        conversations::claim::handle,
        conversations::assign::handle,
        conversations::close::handle,
        conversations::reopen::handle,
        conversations::show_timeline::handle,
        conversations::revoke_links::handle,
        operations::list_audit::handle,
        operations::show_health::handle,
        operations::list_dead_letters::handle,
        operations::replay_dead_letter::handle,
    ),
    components(schemas(ProblemBody))
)]
struct Document;

/// The document.
pub fn document() -> openapi::OpenApi {
    let mut document = Document::openapi();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-deskbell",
        "Set by POST /api/v1/session; named `deskbell` where the panel is reached by plain http.",
    ));
    document.components.get_or_insert_default().add_security_scheme(SCHEME, SecurityScheme::ApiKey(cookie));
    for endpoint in endpoints() {
        let Some(item) = document.paths.paths.get_mut(endpoint.path) else { continue };
        let operation = match endpoint.method.as_str() {
            "GET" => item.get.as_mut(),
            "POST" => item.post.as_mut(),
            "PUT" => item.put.as_mut(),
            "PATCH" => item.patch.as_mut(),
            _ => item.delete.as_mut(),
        };
        if let Some(operation) = operation {
            describe_access(operation, endpoint.access);
        }
    }
    document
}

fn describe_access(operation: &mut Operation, access: Access) {
    let who = match access {
        Access::Anyone => "Open to everybody.",
        Access::User => "For AGENT and ADMIN.",
        Access::Admin => "For ADMIN.",
        Access::Link => "For the bearer of a link.",
    };
    let told = operation.description.take().map(|text| format!("{text}\n\n")).unwrap_or_default();
    operation.description = Some(format!("{told}{who}"));
    if access != Access::Anyone {
        operation.security = Some(vec![SecurityRequirement::new::<_, _, String>(SCHEME, [])]);
    }
    operation.responses.responses.insert("default".to_owned(), RefOr::T(refused()));
}

fn refused() -> Response {
    ResponseBuilder::new()
        .description("Refused; the code says why.")
        .content(deskbell_http::PROBLEM_JSON, Content::new(Some(Ref::from_schema_name("Problem"))))
        .build()
}
