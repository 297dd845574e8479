//! `POST /api/v1/conversations`: a visitor's first message begins a conversation.
//!
//! A client that means to retry chooses `visitor_token` itself: the same `client_message_id` with the same token and
//! text is the same conversation, however often it is sent.

use actix_web::HttpResponse;
use actix_web::web::Data;
use deskbell_domain::body::{ContactPhone, CustomerName, EmailAddress, Locale, MessageBody, PageUrl};
use deskbell_domain::conversation::raised_by_first;
use deskbell_domain::token::VisitorToken;
use deskbell_domain::{ClientMessageId, ConversationId, MessageId};
use deskbell_http::{ClientIp, JsonBody, Problem, RequestTrace};
use deskbell_store::{StartConversation, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::message::MessageView;
use crate::fields::FieldReader;
use crate::openapi::{MessageProblems, OriginProblem};
use crate::raise::{self, Chat, Occasion, PREVIEW_MAX_CHARS};
use crate::state::AppState;
use crate::storing::{Stored, stored};
use crate::unassigned;

/// A first message and what its writer says of themselves.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StartConversation)]
pub(crate) struct StartConversationRequest {
    /// Chosen by the client; sent again, it means the same message.
    #[schema(value_type = String, format = Uuid)]
    client_message_id: ClientMessageId,
    /// The text: 1 to 4,000 characters after trimming, without NUL.
    #[schema(min_length = 1, max_length = 4000, example = "My sink is leaking, can you come today?")]
    body: String,
    /// What the visitor wants to be called, at most 100 characters.
    #[schema(max_length = 100, example = "Maria")]
    name: Option<String>,
    /// Where the visitor can be written to.
    #[schema(max_length = 254, example = "maria@example.com")]
    email: Option<String>,
    /// Where the visitor can be called, as they write it.
    #[schema(max_length = 40, example = "(415) 555-2671")]
    phone: Option<String>,
    /// The page the visitor writes from.
    #[schema(max_length = 2048, example = "https://example.com/plumbing")]
    page_url: Option<String>,
    /// The visitor's language, a BCP 47 tag.
    #[schema(max_length = 35, example = "en-US")]
    locale: Option<String>,
    /// Whether the visitor says that it is urgent.
    #[serde(default)]
    urgent: bool,
    /// 32 random bytes in base64url, if the client chooses the token itself in order to retry safely.
    #[schema(min_length = 43, max_length = 43)]
    visitor_token: Option<String>,
}

/// The conversation that the message began.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationStarted)]
pub(crate) struct StartConversationResponse {
    /// Identifies the conversation.
    #[schema(value_type = String, format = Uuid)]
    conversation_id: ConversationId,
    /// Opens the conversation; whoever has it can read and write there. Only its hash is stored.
    visitor_token: String,
    /// The message as it is stored.
    message: MessageView,
}

/// A request that can be stored.
struct FirstMessage {
    client_message_id: ClientMessageId,
    body: MessageBody,
    visitor: Visitor,
    urgent: bool,
    token: VisitorToken,
}

impl TryFrom<StartConversationRequest> for FirstMessage {
    type Error = Problem;

    fn try_from(request: StartConversationRequest) -> Result<Self, Problem> {
        let mut fields = FieldReader::default();
        let body = fields.required("/body", MessageBody::parse(&request.body));
        let name = fields.optional("/name", request.name.as_deref(), CustomerName::parse).flatten();
        let email = fields.optional("/email", request.email.as_deref(), EmailAddress::parse);
        let phone = fields.optional("/phone", request.phone.as_deref(), ContactPhone::parse);
        let page_url = fields.optional("/page_url", request.page_url.as_deref(), PageUrl::parse);
        let locale = fields.optional("/locale", request.locale.as_deref(), Locale::parse);
        let token = fields.required("/visitor_token", token(request.visitor_token.as_deref()));
        let (Some(body), Some(token), true) = (body, token, fields.are_fine()) else {
            return Err(fields.into_problem());
        };
        let visitor = Visitor {
            name: name.map(CustomerName::into_string),
            email: email.map(EmailAddress::into_string),
            phone: phone.map(ContactPhone::into_string),
            page_url: page_url.map(PageUrl::into_string),
            locale: locale.map(Locale::into_string),
        };
        Ok(Self {
            client_message_id: request.client_message_id,
            body,
            visitor,
            urgent: request.urgent,
            token,
        })
    }
}

fn token(chosen: Option<&str>) -> Result<VisitorToken, &'static str> {
    match chosen {
        Some(text) => {
            VisitorToken::parse(text).map_err(|_| "must be 32 random bytes in base64url (43 characters)")
        }
        None => Ok(VisitorToken::generate(&mut rand::rng())),
    }
}

/// Begins a conversation.
#[utoipa::path(
    post,
    path = "/api/v1/conversations",
    tag = "conversations",
    request_body = StartConversationRequest,
    responses(
        (status = 201, description = "Stored", body = StartConversationResponse),
        (status = 200, description = "It had been stored before; nothing changed", body = StartConversationResponse),
        MessageProblems,
        OriginProblem,
    ),
)]
pub(crate) async fn start_conversation(
    state: Data<AppState>,
    client: ClientIp,
    trace: RequestTrace,
    JsonBody(request): JsonBody<StartConversationRequest>,
) -> Result<HttpResponse, Problem> {
    state.limits.count_conversation(client.network())?;
    let first = FirstMessage::try_from(request)?;
    let visitor_token = first.token.reveal();
    let command = command(&state, trace, first);
    let Stored { message, status } = stored(&state, state.ingest.start(command)).await?;
    Ok(HttpResponse::build(status).json(StartConversationResponse {
        conversation_id: message.conversation_id,
        visitor_token,
        message: message.into(),
    }))
}

fn command(state: &AppState, trace: RequestTrace, first: FirstMessage) -> StartConversation {
    let FirstMessage { client_message_id, body, visitor, urgent, token } = first;
    let settings = state.settings.current();
    let (clock, now) = (&*state.clock, state.clock.now());
    let (conversation_id, message_id) = (ConversationId::mint(clock), MessageId::mint(clock));
    let raised = raised_by_first(body.as_str(), urgent, &settings, now);
    let chat = Chat::beginning(conversation_id, message_id, &visitor, body.preview(PREVIEW_MAX_CHARS));
    StartConversation {
        conversation_id,
        message_id,
        client_message_id,
        token_hash: token.hash(),
        body: body.into_string(),
        visitor,
        now,
        unassigned_due_at: unassigned::first_look(&settings, now),
        urgent: raised.urgency.is_some(),
        raise: raise::first_message(Occasion { clock, now, trace }, raised, chat),
    }
}
