//! The greeting: who it is, what the client has already, and what it lacks.

use deskbell_domain::token::{TokenHash, VisitorToken};
use deskbell_live::{CloseCode, Connection, End, Event, Frame};
use deskbell_store::model::live::LiveView;
use tokio::net::TcpStream;

use super::frames::{ClientFrame, ServerFrame};
use super::session::{Session, Visit, problem_frame};
use super::wording::of_standing;
use crate::business_hours::BusinessHours;
use crate::problems::read;

/// How a connection ended that was never greeted properly.
pub(super) type Ended = (Connection<TcpStream>, End);

/// What the client said, as far as it can be true.
struct Hello {
    token_hash: TokenHash,
    after_seq: i64,
    epoch: Option<String>,
}

impl Hello {
    fn parse(text: &str) -> Result<Self, CloseCode> {
        let Ok(ClientFrame::Hello { token, after_seq, epoch }) = serde_json::from_str(text) else {
            return Err(CloseCode::POLICY);
        };
        if after_seq < 0 {
            return Err(CloseCode::POLICY);
        }
        let token = VisitorToken::parse(&token).map_err(|_| CloseCode::UNAUTHORIZED)?;
        Ok(Self { token_hash: token.hash(), after_seq, epoch })
    }
}

/// Waits for the greeting, answers it, and sends what the client lacks. News wait meanwhile.
pub(super) async fn greeted(
    visit: Visit,
    mut connection: Connection<TcpStream>,
) -> Result<Box<Session>, Ended> {
    let hello = match connection.next().await {
        Event::Text(text) => Hello::parse(&text).map_err(End::Close),
        Event::End(end) => Err(end),
        Event::Mail(_) => unreachable!("nobody writes to a connection that follows nothing"),
    };
    let hello = match hello {
        Ok(hello) => hello,
        Err(end) => return Err((connection, end)),
    };
    connection.place().greet();
    // The seat comes first: what is committed after the look at the database comes to the mailbox.
    let seat = visit.state.live.rooms.enter(visit.conversation_id, connection.place().mailbox());
    let view = match read(visit.state.store.live_view(visit.conversation_id, hello.token_hash)).await {
        Ok(Some(view)) => view,
        Ok(None) => return Err((connection, End::Close(CloseCode::UNAUTHORIZED))),
        Err(problem) => {
            connection.send(problem_frame(None, &problem));
            return Err((connection, End::Close(CloseCode::TRY_LATER)));
        }
    };
    let (view, standing) = seat.settle(view);
    let hours = BusinessHours::new(visit.state.settings.clone(), visit.state.clock.clone());
    let sent_seq = welcome(&visit, &mut connection, &hello, &view);
    connection.send(of_standing(&standing, &hours));
    let token_hash = hello.token_hash;
    let mut session = Box::new(Session { visit, connection, token_hash, sent_seq, typed_at: None, seat });
    match session.send_up_to(view.last_seq).await {
        Ok(()) => Ok(session),
        Err(end) => Err((session.connection, end)),
    }
}

/// Tells how it stands; also after which number the client is to be sent what there is.
fn welcome(visit: &Visit, connection: &mut Connection<TcpStream>, hello: &Hello, view: &LiveView) -> i64 {
    let epoch = visit.state.live.rooms.epoch();
    connection.send(Frame::json(&ServerFrame::Welcome {
        last_seq: view.last_seq,
        epoch: &epoch,
        seen_by_agent: view.seen_by_agent,
        seen_by_visitor: view.seen_by_visitor,
    }));
    let is_of_this_epoch = hello.epoch.as_deref().is_none_or(|theirs| *theirs == *epoch);
    // A client that has more than there is has it of a state of the database that is no more.
    if is_of_this_epoch && hello.after_seq <= view.last_seq { hello.after_seq } else { 0 }
}
