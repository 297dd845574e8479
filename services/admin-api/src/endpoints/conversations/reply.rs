//! `POST /api/v1/conversations/{id}/messages`: an answer. The same `client_message_id` again is the same answer.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use deskbell_domain::body::MessageBody;
use deskbell_domain::{ClientMessageId, ConversationId, MessageId};
use deskbell_http::{JsonBody, Problem};
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::{NewReply, Replied};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::CurrentUser;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::conversation::MessageView;
use crate::view::user::Names;

/// An answer.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reply {
    /// Chosen by the client, so that a repeated request is recognised.
    #[schema(value_type = Uuid)]
    client_message_id: ClientMessageId,
    /// 1 to 4,000 characters.
    body: String,
}

/// Answer a customer
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", operation_id = "reply", tag = "conversations",
    params(("id" = Uuid, Path)), request_body = Reply,
    responses(
        (status = 201, description = "Stored.", body = MessageView),
        (status = 200, description = "It had been stored before.", body = MessageView)
    )
)]
pub(crate) async fn handle(
    state: Data<AppState>,
    user: CurrentUser,
    id: Path<ConversationId>,
    JsonBody(body): JsonBody<Reply>,
) -> Result<HttpResponse, Problem> {
    let text = MessageBody::parse(&body.body)
        .map_err(|error| Problem::invalid(error.to_string()).with_field("/body", error.to_string()))?;
    let reply = NewReply {
        conversation_id: *id,
        id: MessageId::mint(&*state.clock),
        client_message_id: body.client_message_id,
        author_id: Some(user.id),
        body: text.into_string(),
        now: state.now(),
    };
    let replied = state.store.reply(&reply).await.map_err(failed)?;
    let names = Names::read(&state.store).await?;
    match replied {
        Replied::Created(message) => {
            hint::tell(&state.bus, *id, Happened::Message { seq: message.seq });
            Ok(HttpResponse::Created().json(MessageView::new(message, &names)))
        }
        Replied::Repeated(message) => Ok(HttpResponse::Ok().json(MessageView::new(message, &names))),
        Replied::Conflict => Err(Problem::conflict(
            "client_message_id_conflict",
            "this client_message_id was used for something else",
        )),
        Replied::NotFound => Err(no_such_conversation()),
    }
}
