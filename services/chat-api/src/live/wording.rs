//! What visitors are told of their conversation's news.

use deskbell_domain::conversation::Author;
use deskbell_live::{Frame, News, Standing, Wording};
use deskbell_store::model::conversation::Message;

use super::frames::ServerFrame;
use crate::business_hours::BusinessHours;

/// The wording of a house whose company keeps these hours.
pub(super) fn of_visitors(hours: BusinessHours) -> Box<Wording> {
    Box::new(move |news| match news {
        News::Message(message) => Some(of_message(message)),
        // Visitors know of themselves that they write.
        News::Typing(Author::Visitor) => None,
        News::Typing(author) => Some(Frame::json(&ServerFrame::Typing { author })),
        News::Seen(author, seq) => Some(Frame::json(&ServerFrame::Seen { author, seq })),
        News::Standing(standing) => Some(of_standing(standing, &hours)),
    })
}

pub(super) fn of_message(message: &Message) -> Frame {
    let client_message_id = (message.author == Author::Visitor).then_some(message.client_message_id);
    Frame::json(&ServerFrame::Message {
        id: message.id,
        seq: message.seq,
        author: message.author,
        body: &message.body,
        created_at: message.created_at,
        client_message_id,
    })
}

pub(super) fn of_standing(standing: &Standing, hours: &BusinessHours) -> Frame {
    let now = hours.now();
    Frame::json(&ServerFrame::Status {
        open: now.open,
        open_again_at: now.open_again_at,
        agent: standing.agent.as_deref(),
        closed: standing.closed,
    })
}
