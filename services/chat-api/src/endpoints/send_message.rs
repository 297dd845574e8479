//! `POST /api/v1/conversations/{id}/messages`: the visitor writes again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use deskbell_domain::{ClientMessageId, ConversationId};
use deskbell_http::{ClientIp, JsonBody, Problem, RequestTrace};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::message::MessageView;
use crate::openapi::{MessageProblems, OriginProblem, VisitorProblems};
use crate::sending::{Draft, Sender, send};
use crate::state::AppState;
use crate::storing::Stored;
use crate::visitor_auth::VisitorAuth;

/// A further message.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SendMessage)]
pub(crate) struct SendMessageRequest {
    /// Chosen by the client; sent again, it means the same message.
    #[schema(value_type = String, format = Uuid)]
    client_message_id: ClientMessageId,
    /// The text: 1 to 4,000 characters after trimming, without NUL.
    #[schema(min_length = 1, max_length = 4000, example = "It is getting worse.")]
    body: String,
    /// Whether the visitor says that it is urgent.
    #[serde(default)]
    urgent: bool,
}

/// Adds a message to the visitor's conversation.
#[utoipa::path(
    post,
    path = "/api/v1/conversations/{conversation_id}/messages",
    tag = "conversations",
    params(("conversation_id" = String, Path, format = Uuid, description = "The conversation")),
    request_body = SendMessageRequest,
    responses(
        (status = 201, description = "Stored", body = MessageView),
        (status = 200, description = "It had been stored before; nothing changed", body = MessageView),
        VisitorProblems,
        MessageProblems,
        OriginProblem,
    ),
    security(("visitor_token" = [])),
)]
pub(crate) async fn send_message(
    state: Data<AppState>,
    VisitorAuth(token_hash): VisitorAuth,
    conversation_id: Path<ConversationId>,
    client: ClientIp,
    trace: RequestTrace,
    JsonBody(request): JsonBody<SendMessageRequest>,
) -> Result<HttpResponse, Problem> {
    let SendMessageRequest { client_message_id, body, urgent } = request;
    let sender = Sender {
        conversation_id: conversation_id.into_inner(),
        token_hash,
        network: client.network(),
        trace,
    };
    let draft = Draft { client_message_id, body: &body, urgent };
    let Stored { message, status } = send(&state, sender, draft).await?;
    Ok(HttpResponse::build(status).json(MessageView::from(message)))
}
