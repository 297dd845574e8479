//! One open chat window, from its greeting to its end.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::web::Data;
use bytes::Bytes;
use deskbell_domain::conversation::Author;
use deskbell_domain::token::TokenHash;
use deskbell_domain::{ClientMessageId, ConversationId};
use deskbell_http::{NetworkKey, Problem, RequestTrace};
use deskbell_live::hint::{self, Happened};
use deskbell_live::{CloseCode, Connection, End, Event, Frame, Mail, Seat, turn_away};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::frames::{ClientFrame, ServerFrame};
use super::hello::greeted;
use super::wording::of_message;
use crate::problems::read;
use crate::sending::{Draft, Sender, send};
use crate::state::AppState;
use crate::storing::Stored;

/// That a visitor is writing is passed on this often at most.
const TYPING_GAP: Duration = Duration::from_secs(3);
/// Most messages read at once when a client lacks some.
const PAGE: u16 = 50;

/// What the handshake knew.
pub(crate) struct Visit {
    pub(crate) state: Data<AppState>,
    pub(crate) conversation_id: ConversationId,
    pub(crate) network: NetworkKey,
    pub(crate) trace: RequestTrace,
}

/// A window that has been greeted.
pub(super) struct Session {
    pub(super) visit: Visit,
    pub(super) connection: Connection<TcpStream>,
    pub(super) token_hash: TokenHash,
    /// The number of the last message that was sent to the client.
    pub(super) sent_seq: i64,
    pub(super) typed_at: Option<Instant>,
    /// Its news come while this is held.
    pub(super) seat: Seat,
}

/// Serves a connection to its end.
pub(crate) async fn visit(visit: Visit, stream: TcpStream, received: Bytes) {
    let place = visit.state.live.roll.enter(visit.network);
    match place {
        Ok(place) => {
            let connection = Connection::new(stream, &received, place);
            // In a box for as long as it lasts: what a greeting needs is not kept by a window that idles.
            let (connection, end) = match Box::pin(greeted(visit, connection)).await {
                Ok(session) => session.serve().await,
                Err(ended) => ended,
            };
            if let End::Close(code) = end {
                Box::pin(connection.close(code)).await;
            }
        }
        Err(code) => Box::pin(turn_away(stream, code)).await,
    }
}

impl Session {
    async fn serve(mut self: Box<Self>) -> (Connection<TcpStream>, End) {
        let end = loop {
            let done = match self.connection.next().await {
                Event::Mail(mail) => Box::pin(self.deliver(mail)).await,
                Event::Text(text) => Box::pin(self.hear(&text)).await,
                Event::End(end) => Err(end),
            };
            if let Err(end) = done {
                break end;
            }
        };
        let Self { connection, seat, .. } = *self;
        drop(seat);
        (connection, end)
    }

    /// Sends what has come for the client. A message that is not the next one is left to the database.
    async fn deliver(&mut self, mail: VecDeque<Mail>) -> Result<(), End> {
        for Mail { seq, frame } in mail {
            if seq == 0 {
                self.connection.send(frame);
            } else if seq > self.sent_seq {
                if seq > self.sent_seq + 1 {
                    self.send_up_to(seq - 1).await?;
                }
                if seq == self.sent_seq + 1 {
                    self.sent_seq = seq;
                    self.connection.send(frame);
                }
            }
        }
        Ok(())
    }

    /// Sends the messages up to a number that the client lacks, as fast as it takes them.
    pub(super) async fn send_up_to(&mut self, seq: i64) -> Result<(), End> {
        while self.sent_seq < seq {
            let store = &self.visit.state.store;
            let page = read(store.messages(self.visit.conversation_id, self.sent_seq, PAGE)).await;
            let page = match page {
                Ok(page) => page,
                Err(problem) => {
                    self.report(None, &problem);
                    return Err(End::Close(CloseCode::TRY_LATER));
                }
            };
            let Some(last) = page.messages.last() else { return Ok(()) };
            self.sent_seq = last.seq;
            for message in &page.messages {
                self.connection.send(of_message(message));
            }
            self.connection.flush().await?;
        }
        Ok(())
    }

    async fn hear(&mut self, text: &str) -> Result<(), End> {
        match serde_json::from_str(text) {
            Ok(ClientFrame::Send { client_message_id, body, urgent }) => {
                self.store(client_message_id, &body, urgent).await;
            }
            Ok(ClientFrame::Typing {}) => self.pass_on_typing(),
            Ok(ClientFrame::Seen { seq }) => self.note_seen(seq).await,
            Ok(ClientFrame::Hello { .. }) => {
                self.refuse("unexpected_frame", "hello is said once, at the beginning");
            }
            Err(error) => self.refuse("invalid_frame", &error.to_string()),
        }
        Ok(())
    }

    async fn store(&mut self, client_message_id: ClientMessageId, body: &str, urgent: bool) {
        let sender = Sender {
            conversation_id: self.visit.conversation_id,
            token_hash: self.token_hash,
            network: self.visit.network,
            trace: self.visit.trace,
        };
        match send(&self.visit.state, sender, Draft { client_message_id, body, urgent }).await {
            Ok(Stored { message, .. }) => self.connection.send(Frame::json(&ServerFrame::Ack {
                client_message_id,
                id: message.id,
                seq: message.seq,
                created_at: message.created_at,
            })),
            Err(problem) => self.report(Some(client_message_id), &problem),
        }
    }

    fn pass_on_typing(&mut self) {
        let now = Instant::now();
        if self.typed_at.is_none_or(|before| now - before >= TYPING_GAP) {
            self.typed_at = Some(now);
            let typing = Happened::Typing { author: Author::Visitor };
            hint::tell(&self.visit.state.bus, self.visit.conversation_id, typing);
        }
    }

    async fn note_seen(&mut self, seq: i64) {
        let Visit { state, conversation_id, .. } = &self.visit;
        if !state.live.rooms.sees(*conversation_id, Author::Visitor, seq) {
            return;
        }
        match read(state.store.mark_seen(*conversation_id, Author::Visitor, seq)).await {
            // The hint reaches this process too, and by it the visitor's other windows.
            Ok(_) => {
                hint::tell(&state.bus, *conversation_id, Happened::Seen { author: Author::Visitor, seq });
            }
            Err(problem) => self.report(None, &problem),
        }
    }

    fn refuse(&mut self, code: &str, detail: &str) {
        self.connection.send(Frame::json(&ServerFrame::Error { code, client_message_id: None, detail }));
    }

    fn report(&mut self, client_message_id: Option<ClientMessageId>, problem: &Problem) {
        self.connection.send(problem_frame(client_message_id, problem));
    }
}

/// A problem, as a frame tells it: nothing of its cause.
pub(super) fn problem_frame(client_message_id: Option<ClientMessageId>, problem: &Problem) -> Frame {
    Frame::json(&ServerFrame::Error { code: problem.code(), client_message_id, detail: problem.detail() })
}
