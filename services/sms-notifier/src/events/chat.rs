//! The four events about a conversation: they differ in the type of notice, and in nothing else here.

use deskbell_domain::notice::{NoticeFacts, NoticeKind, NoticeType};
use deskbell_domain::planning::Notice;
use deskbell_events::v1::Event;

use super::{BadField, News};

/// Most characters that are kept of the two texts; a text message shows far fewer.
const KEPT_CHARS: usize = 200;

pub(super) fn news(event: &Event) -> Result<News, BadField> {
    let chat = event.chat().ok_or(BadField("kind"))?;
    let conversation_id = chat.conversation_id.parse().map_err(|_| BadField("conversation_id"))?;
    let kind: NoticeType = event.name().as_str().parse().map_err(|_| BadField("name"))?;
    let customer_name = kept(chat.customer_name);
    Ok(News {
        notice: Notice { kind: NoticeKind::Chat(kind), first_message: chat.seq == 1, only: None },
        conversation_id: Some(conversation_id),
        facts: NoticeFacts {
            business_name: String::new(),
            customer_name: (!customer_name.is_empty()).then_some(customer_name),
            preview: kept(chat.preview),
            waiting_s: match event {
                Event::UnassignedChat(event) => event.waiting_seconds,
                _ => 0,
            },
        },
    })
}

/// A stranger's text, short enough to be stored, and without NUL, which PostgreSQL refuses.
fn kept(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(KEPT_CHARS).collect()
}
