//! `POST /r/chat/reply`: an answer through the link. Sent twice it is stored once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use deskbell_domain::body::MessageBody;
use deskbell_domain::{ClientMessageId, ConversationId, MessageId};
use deskbell_http::{BoundedBody, Problem};
use deskbell_live::hint::{self, Happened};
use deskbell_store::model::conversation::{NewReply, Replied};
use serde::Deserialize;

use super::chat_view::{Draft, show};
use super::form;
use super::layout::{refusal, see_other};
use super::take::another_chat;
use crate::access::LinkHolder;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    conversation_id: ConversationId,
    client_message_id: ClientMessageId,
    body: String,
}

pub(crate) async fn handle(state: Data<AppState>, holder: LinkHolder, body: BoundedBody) -> HttpResponse {
    answer(&state, holder, &body).await.unwrap_or_else(|problem| refusal(&problem))
}

async fn answer(state: &AppState, holder: LinkHolder, body: &BoundedBody) -> Result<HttpResponse, Problem> {
    let answer: Answer = form::read(body)?;
    if answer.conversation_id != holder.conversation_id {
        return Ok(another_chat());
    }
    let text = form::lines(&answer.body);
    let message = match MessageBody::parse(&text) {
        Ok(message) => message,
        Err(error) => {
            let wrong = error.to_string();
            let draft = Draft { text: &text, wrong: Some(&wrong) };
            return show(state, holder, StatusCode::UNPROCESSABLE_ENTITY, draft).await;
        }
    };
    let reply = NewReply {
        conversation_id: holder.conversation_id,
        id: MessageId::mint(&*state.clock),
        client_message_id: answer.client_message_id,
        author_id: None,
        body: message.into_string(),
        now: state.now(),
    };
    match state.store.reply(&reply).await.map_err(failed)? {
        Replied::Created(message) => {
            hint::tell(&state.bus, holder.conversation_id, Happened::Message { seq: message.seq });
            Ok(see_other("/r/chat#body"))
        }
        Replied::Repeated(_) => Ok(see_other("/r/chat#body")),
        Replied::Conflict => {
            let wrong =
                "This form has sent another text already. If this is to be sent as well, send it now.";
            show(state, holder, StatusCode::CONFLICT, Draft { text: &text, wrong: Some(wrong) }).await
        }
        Replied::NotFound => Err(no_such_conversation()),
    }
}
