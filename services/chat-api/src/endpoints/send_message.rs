//! `POST /api/v1/conversations/{id}/messages`: the visitor writes again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use deskbell_domain::body::MessageBody;
use deskbell_domain::conversation::{Urgency, urgency_of};
use deskbell_domain::{ClientMessageId, ConversationId, MessageId};
use deskbell_http::{ClientIp, JsonBody, Problem, RequestTrace};
use deskbell_store::{AppendMessage, Raise};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::message::MessageView;
use super::storing::{Stored, stored};
use crate::openapi::{MessageProblems, OriginProblem, VisitorProblems};
use crate::problems::{conversation_not_found, read};
use crate::raise::{self, Chat, Occasion, PREVIEW_MAX_CHARS};
use crate::state::AppState;
use crate::unassigned;
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
    state.limits.count_message(client.network(), token_hash)?;
    let conversation_id = conversation_id.into_inner();
    let body = MessageBody::parse(&request.body)
        .map_err(|error| Problem::invalid(error.to_string()).with_field("/body", error.to_string()))?;
    let settings = state.settings.current();
    let (clock, now) = (&*state.clock, state.clock.now());
    let message_id = MessageId::mint(clock);
    let raise_urgent = match urgency_of(body.as_str(), request.urgent, &settings) {
        Some(urgency) => {
            let occasion = Occasion { clock, now, trace };
            Some(urgent(&state, occasion, urgency, conversation_id, message_id, &body).await?)
        }
        None => None,
    };
    let command = AppendMessage {
        conversation_id,
        message_id,
        client_message_id: request.client_message_id,
        token_hash,
        body: body.into_string(),
        now,
        unassigned_due_at: unassigned::first_look(&settings, now),
        raise_urgent,
    };
    let Stored { message, status } = stored(&state, state.ingest.append(command)).await?;
    Ok(HttpResponse::build(status).json(MessageView::from(message)))
}

/// The event of an urgent message names the customer, so the conversation is read, for this rare kind only.
async fn urgent(
    state: &AppState,
    occasion: Occasion<'_>,
    urgency: Urgency,
    conversation_id: ConversationId,
    message_id: MessageId,
    body: &MessageBody,
) -> Result<Raise, Problem> {
    let conversation =
        read(state.store.conversation(conversation_id)).await?.ok_or_else(conversation_not_found)?;
    let chat = Chat::going_on(&conversation, message_id, body.preview(PREVIEW_MAX_CHARS));
    Ok(raise::urgent_message(occasion, urgency, chat))
}
