//! How a visitor's further message is stored, however it came: over HTTP or over a live connection.

use deskbell_domain::body::MessageBody;
use deskbell_domain::conversation::{Urgency, urgency_of};
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ClientMessageId, ConversationId, MessageId};
use deskbell_http::{NetworkKey, Problem, RequestTrace};
use deskbell_store::{AppendMessage, Raise};

use crate::problems::{conversation_not_found, read};
use crate::raise::{self, Chat, Occasion, PREVIEW_MAX_CHARS};
use crate::state::AppState;
use crate::storing::{Stored, stored};
use crate::unassigned;

/// Who writes, and where.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) conversation_id: ConversationId,
    pub(crate) token_hash: TokenHash,
    /// What limits count by.
    pub(crate) network: NetworkKey,
    /// The request that brought the message, or the connection.
    pub(crate) trace: RequestTrace,
}

/// What they write.
pub(crate) struct Draft<'a> {
    pub(crate) client_message_id: ClientMessageId,
    pub(crate) body: &'a str,
    /// Whether they say that it is urgent.
    pub(crate) urgent: bool,
}

/// Stores a message; the same one again is the same message.
///
/// # Errors
/// Too often, not acceptable, not theirs to write, or the database is away.
pub(crate) async fn send(state: &AppState, sender: Sender, draft: Draft<'_>) -> Result<Stored, Problem> {
    state.limits.count_message(sender.network, sender.token_hash)?;
    let body = MessageBody::parse(draft.body)
        .map_err(|error| Problem::invalid(error.to_string()).with_field("/body", error.to_string()))?;
    let settings = state.settings.current();
    let (clock, now) = (&*state.clock, state.clock.now());
    let message_id = MessageId::mint(clock);
    let raise_urgent = match urgency_of(body.as_str(), draft.urgent, &settings) {
        Some(urgency) => {
            let occasion = Occasion { clock, now, trace: sender.trace };
            Some(urgent(state, occasion, urgency, sender.conversation_id, message_id, &body).await?)
        }
        None => None,
    };
    let command = AppendMessage {
        conversation_id: sender.conversation_id,
        message_id,
        client_message_id: draft.client_message_id,
        token_hash: sender.token_hash,
        body: body.into_string(),
        now,
        unassigned_due_at: unassigned::first_look(&settings, now),
        raise_urgent,
    };
    stored(state, state.ingest.append(command)).await
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
