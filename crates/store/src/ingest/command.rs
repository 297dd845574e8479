//! What can be ingested, and what becomes of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ClientMessageId, ConversationId, EventId, MessageId, Timestamp};

use crate::error::StoreError;
use crate::model::conversation::Message;
use crate::model::event::OutboxEvent;

/// Makes an event's bytes once the number of its message is known.
pub type EncodeEvent = Arc<dyn Fn(i64) -> Vec<u8> + Send + Sync>;

/// An event to be written together with the message that raises it.
#[derive(Clone)]
pub struct Raise {
    /// The event's id.
    pub event_id: EventId,
    /// The event's name.
    pub name: &'static str,
    /// Its bytes, from the message's number.
    pub encode: EncodeEvent,
}

impl fmt::Debug for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raise")
            .field("event_id", &self.event_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Raise {
    pub(crate) fn into_event(self, seq: i64) -> OutboxEvent {
        OutboxEvent { id: self.event_id, name: self.name.to_owned(), payload: (self.encode)(seq) }
    }
}

/// What a visitor says of themselves. Checked before it comes here.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Phone, as text.
    pub phone: Option<String>,
    /// The page they write from.
    pub page_url: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
}

/// A first message.
#[derive(Clone, Debug)]
pub struct StartConversation {
    /// Id of the conversation, if it is new.
    pub conversation_id: ConversationId,
    /// Id of the message, if it is new.
    pub message_id: MessageId,
    /// The id the client chose: the same one again is the same conversation.
    pub client_message_id: ClientMessageId,
    /// Hash of the visitor's token.
    pub token_hash: TokenHash,
    /// The text.
    pub body: String,
    /// Who writes.
    pub visitor: Visitor,
    /// When it came in.
    pub now: Timestamp,
    /// When the conversation counts as unassigned, if that is watched.
    pub unassigned_due_at: Option<Timestamp>,
    /// Whether it is urgent.
    pub urgent: bool,
    /// What it raises.
    pub raise: Raise,
}

/// A message to a conversation that exists.
#[derive(Clone, Debug)]
pub struct AppendMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Id of the message, if it is new.
    pub message_id: MessageId,
    /// The id the client chose: the same one again is the same message.
    pub client_message_id: ClientMessageId,
    /// Hash of the visitor's token.
    pub token_hash: TokenHash,
    /// The text.
    pub body: String,
    /// When it came in.
    pub now: Timestamp,
    /// When the conversation counts as unassigned, should this message open it again.
    pub unassigned_due_at: Option<Timestamp>,
    /// What it raises if it is urgent and the conversation is not yet.
    pub raise_urgent: Option<Raise>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ingested {
    /// Stored.
    Created(Message),
    /// It had been stored before; nothing changed.
    Repeated(Message),
}

/// Why a message was not stored. None of these loses anything: the client still has it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The client's id was used before, for another text or by another visitor.
    #[error("the client message id was used for something else")]
    Conflict,
    /// There is no such conversation, or the token is not its own.
    #[error("no such conversation for this token")]
    NotFound,
    /// More messages are waiting than the writer may hold.
    #[error("too many messages are waiting to be stored")]
    Overloaded,
    /// The database did not answer; the message may or may not be stored, and sending it again is safe.
    #[error("the message could not be stored: {0}")]
    Unavailable(String),
}

impl From<StoreError> for IngestError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The result for each command of a batch, in order.
pub(crate) type Outcome = Result<Ingested, IngestError>;

/// A conversation as it stands under its row lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConversationState {
    pub(crate) id: ConversationId,
    pub(crate) token_hash: TokenHash,
    pub(crate) status: ConversationStatus,
    pub(crate) last_seq: i64,
    pub(crate) urgent: bool,
    pub(crate) waiting_since: Option<Timestamp>,
    pub(crate) urgent_since: Option<Timestamp>,
    pub(crate) last_message_at: Timestamp,
    pub(crate) unassigned_due_at: Option<Timestamp>,
}

/// An append with its place in the batch.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) index: usize,
    pub(crate) command: AppendMessage,
}

/// What a batch of appends writes.
#[derive(Debug, Default)]
pub(crate) struct AppendPlan {
    pub(crate) messages: Vec<Message>,
    pub(crate) conversations: Vec<ConversationState>,
    pub(crate) events: Vec<OutboxEvent>,
    pub(crate) outcomes: Vec<(usize, Outcome)>,
    pub(crate) created_at: Timestamp,
}

/// Decides a batch under the conversations' row locks: numbers without gaps, a repeated message is itself again.
pub(crate) fn decide_appends(
    appends: Vec<Append>,
    locked: Vec<ConversationState>,
    existing: Vec<Message>,
) -> AppendPlan {
    let mut states: HashMap<ConversationId, ConversationState> =
        locked.into_iter().map(|state| (state.id, state)).collect();
    let mut known: HashMap<(ConversationId, ClientMessageId), Message> = existing
        .into_iter()
        .map(|message| ((message.conversation_id, message.client_message_id), message))
        .collect();
    let mut plan = AppendPlan::default();
    for Append { index, command } in appends {
        let outcome = match states.get_mut(&command.conversation_id) {
            Some(state) if state.token_hash.matches(&command.token_hash) => {
                decide_append(command, state, &mut known, &mut plan)
            }
            _ => Err(IngestError::NotFound),
        };
        plan.outcomes.push((index, outcome));
    }
    plan.conversations =
        plan.messages.iter().filter_map(|message| states.remove(&message.conversation_id)).collect();
    plan
}

fn decide_append(
    command: AppendMessage,
    state: &mut ConversationState,
    known: &mut HashMap<(ConversationId, ClientMessageId), Message>,
    plan: &mut AppendPlan,
) -> Outcome {
    let key = (command.conversation_id, command.client_message_id);
    if let Some(message) = known.get(&key) {
        let same = message.author == Author::Visitor && message.body == command.body;
        return if same { Ok(Ingested::Repeated(message.clone())) } else { Err(IngestError::Conflict) };
    }
    state.last_seq += 1;
    let message = Message {
        conversation_id: command.conversation_id,
        seq: state.last_seq,
        id: command.message_id,
        author: Author::Visitor,
        author_id: None,
        client_message_id: command.client_message_id,
        body: command.body,
        created_at: command.now,
    };
    advance(state, command.now, command.unassigned_due_at);
    plan.created_at = plan.created_at.max(command.now);
    if let Some(raise) = command.raise_urgent.filter(|_| !state.urgent) {
        state.urgent = true;
        state.urgent_since = Some(command.now);
        plan.events.push(raise.into_event(message.seq));
    }
    known.insert(key, message.clone());
    plan.messages.push(message.clone());
    Ok(Ingested::Created(message))
}

/// A visitor's message makes the customer wait; one to a closed conversation opens it again.
fn advance(state: &mut ConversationState, now: Timestamp, unassigned_due_at: Option<Timestamp>) {
    state.last_message_at = state.last_message_at.max(now);
    state.waiting_since.get_or_insert(now);
    if state.status == ConversationStatus::Closed {
        state.status = ConversationStatus::Waiting;
        state.unassigned_due_at = unassigned_due_at;
    }
}

impl StartConversation {
    /// The message as it is stored.
    pub(crate) fn first_message(&self) -> Message {
        Message {
            conversation_id: self.conversation_id,
            seq: 1,
            id: self.message_id,
            author: Author::Visitor,
            author_id: None,
            client_message_id: self.client_message_id,
            body: self.body.clone(),
            created_at: self.now,
        }
    }
}

impl ConversationState {
    /// From the columns of a locked row.
    pub(crate) fn from_columns(
        id: ConversationId,
        token_hash: &[u8],
        status: crate::types::Named,
        last_seq: i64,
        [last_message_at]: [Timestamp; 1],
        [waiting_since, urgent_since, unassigned_due_at]: [Option<Timestamp>; 3],
    ) -> diesel::QueryResult<Self> {
        use diesel::result::Error::DeserializationError;
        let hash = <[u8; 32]>::try_from(token_hash).map_err(|error| DeserializationError(error.into()))?;
        Ok(Self {
            id,
            token_hash: TokenHash::from_bytes(hash),
            status: status.try_into().map_err(|error: deskbell_domain::conversation::NameError| {
                DeserializationError(error.into())
            })?,
            last_seq,
            urgent: urgent_since.is_some(),
            waiting_since,
            urgent_since,
            last_message_at,
            unassigned_due_at,
        })
    }
}
