//! The OpenAPI document, put together from the endpoints.

use std::collections::BTreeMap;

use deskbell_http::{PROBLEM_JSON, ProblemBody};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::endpoints::{follow_conversation, list_messages, send_message, show_widget, start_conversation};
use crate::live::frames::{ClientFrame, ServerFrame};

/// Describes the visitors' API to people and to client generators.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Deskbell chat API",
        description = "What a website's chat window talks to. Errors are `application/problem+json` (RFC 9457) with a \
                       stable `code`.",
    ),
    paths(
        start_conversation::start_conversation,
        send_message::send_message,
        list_messages::list_messages,
        follow_conversation::follow_conversation,
        show_widget::show_widget,
    ),
    components(schemas(ProblemBody, ClientFrame, ServerFrame)),
    tags(
        (name = "conversations", description = "A visitor's conversation with the company"),
        (name = "widget", description = "What the chat window needs to know of the company"),
    ),
    modifiers(&VisitorTokenScheme),
)]
struct Document;

struct VisitorTokenScheme;

impl Modify for VisitorTokenScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The `visitor_token` of the conversation"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("visitor_token", SecurityScheme::Http(scheme));
    }
}

/// What can be wrong with a request that brings a message.
pub(crate) struct MessageProblems;

impl IntoResponses for MessageProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "`invalid_json`, `broken_body`: the body is not JSON in UTF-8"),
            ("409", "`client_message_id_conflict`: the id was used for another text or by another visitor"),
            ("413", "`body_too_large`: more bytes than any message needs"),
            ("415", "`unsupported_media_type`: not `application/json`, or compressed"),
            ("422", "`invalid_body`: `errors` names the fields"),
            ("429", "`too_many_requests`: come again after `Retry-After` seconds"),
            (
                "503",
                "`storage_unavailable`, `overloaded`: not stored as far as is known; send it again with the same ids",
            ),
        ])
    }
}

/// What can be wrong with the visitor's credentials.
pub(crate) struct VisitorProblems;

impl IntoResponses for VisitorProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("401", "`unauthorized`: no well-formed visitor token"),
            ("404", "`conversation_not_found`: no conversation with this id and token"),
        ])
    }
}

/// What can be wrong with a request that only reads.
pub(crate) struct QueryProblems;

impl IntoResponses for QueryProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "`invalid_query`: `errors` names the parameters"),
            ("429", "`too_many_requests`: come again after `Retry-After` seconds"),
            ("503", "`storage_unavailable`: come again after `Retry-After` seconds"),
        ])
    }
}

/// What can be wrong with a request for something that stands in the database.
pub(crate) struct StorageProblem;

impl IntoResponses for StorageProblem {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("503", "`storage_unavailable`: come again after `Retry-After` seconds")])
    }
}

/// What can be wrong with a handshake.
pub(crate) struct HandshakeProblems;

impl IntoResponses for HandshakeProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "`bad_handshake`: no proper WebSocket handshake (RFC 6455)"),
            ("426", "`websocket_required`: the request asks for no WebSocket"),
            ("429", "`too_many_requests`: come again after `Retry-After` seconds"),
        ])
    }
}

/// The answer to a website that is not allowed.
pub(crate) struct OriginProblem;

impl IntoResponses for OriginProblem {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("403", "`origin_not_allowed`: this website may not use the chat")])
    }
}

fn problems(described: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    described
        .iter()
        .map(|(status, description)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new().description(*description).content(PROBLEM_JSON, content);
            ((*status).to_owned(), RefOr::T(response.build()))
        })
        .collect()
}
