//! The page of one chat.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use deskbell_domain::conversation::{Author, ConversationStatus};
use deskbell_domain::{ClientMessageId, Timestamp};
use deskbell_http::Problem;
use deskbell_store::model::conversation::{Conversation, Message};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::layout::page;
use crate::access::LinkHolder;
use crate::problems::{failed, no_such_conversation};
use crate::state::AppState;
use crate::view::user::Names;

/// The latest messages; who needs the rest has the inbox.
const SHOWN_MAX: u16 = 200;

/// What was wrong with an answer, and the answer, which must not be lost.
#[derive(Clone, Copy, Default)]
pub(super) struct Draft<'a> {
    pub(super) text: &'a str,
    pub(super) wrong: Option<&'a str>,
}

/// Reads the chat and shows it.
pub(super) async fn show(
    state: &AppState,
    holder: LinkHolder,
    status: StatusCode,
    draft: Draft<'_>,
) -> Result<HttpResponse, Problem> {
    let id = holder.conversation_id;
    let conversation =
        state.store.conversation(id).await.map_err(failed)?.ok_or_else(no_such_conversation)?;
    let earlier = (conversation.last_seq - i64::from(SHOWN_MAX)).max(0);
    let messages = state.store.messages(id, earlier, SHOWN_MAX).await.map_err(failed)?.messages;
    let settings = state.store.settings().await.map_err(failed)?.settings;
    let hours = settings.opening_hours.as_ref();
    let zone = hours.and_then(|hours| TimeZone::get(hours.time_zone()).ok()).unwrap_or(TimeZone::UTC);
    let chat = Chat {
        names: Names::read(&state.store).await?,
        zone,
        form_id: ClientMessageId::mint(&*state.clock),
        conversation,
        messages,
    };
    let title = format!("Chat with {}", chat.customer());
    Ok(page(status, &title, &chat.markup(draft)))
}

struct Chat {
    names: Names,
    zone: TimeZone,
    form_id: ClientMessageId,
    conversation: Conversation,
    messages: Vec<Message>,
}

impl Chat {
    fn customer(&self) -> &str {
        self.conversation.name.as_deref().unwrap_or("a customer")
    }

    fn markup(&self, draft: Draft<'_>) -> Markup {
        html! {
            h1 { "Chat with " (self.customer()) }
            (self.facts())
            p { a href="/r/chat" { "Show new messages" } }
            h2 id="messages" { "Messages" }
            @if self.messages.first().is_some_and(|message| message.seq > 1) {
                p { "Earlier messages are in the inbox." }
            }
            ol.messages { @for message in &self.messages { (self.message(message)) } }
            (self.answer(draft))
            (self.actions())
        }
    }

    fn facts(&self) -> Markup {
        let chat = &self.conversation;
        html! {
            dl {
                dt { "Status" }
                dd { (self.status()) }
                @if let Some(phone) = &chat.phone {
                    dt { "Phone" }
                    dd { a href=(call(phone)) { (phone) } }
                }
                @if let Some(email) = &chat.email { dt { "Mail" } dd { (email) } }
                @if let Some(page_url) = &chat.page_url { dt { "Page" } dd { (page_url) } }
            }
        }
    }

    fn status(&self) -> String {
        let chat = &self.conversation;
        match (chat.status, chat.assignee_id) {
            (ConversationStatus::Waiting, _) => match chat.waiting_since {
                Some(since) => format!("waiting since {}", self.clock_time(since)),
                None => "waiting".to_owned(),
            },
            (ConversationStatus::Open, Some(user)) => format!("{} has it", self.names.of(user)),
            (ConversationStatus::Open, None) => "open".to_owned(),
            (ConversationStatus::Closed, _) => "closed".to_owned(),
        }
    }

    fn message(&self, message: &Message) -> Markup {
        let by = match (message.author, message.author_id) {
            (Author::Visitor, _) => self.customer(),
            (Author::Agent, Some(user)) => self.names.of(user),
            (Author::Agent, None) => "By SMS link",
        };
        html! {
            li.(message.author.as_str()) {
                span.by {
                    (by) ", "
                    time datetime=(message.created_at) { (self.clock_time(message.created_at)) }
                }
                p { (message.body) }
            }
        }
    }

    fn answer(&self, draft: Draft<'_>) -> Markup {
        html! {
            form method="post" action="/r/chat/reply" {
                (self.which())
                input type="hidden" name="client_message_id" value=(self.form_id);
                h2 { label for="body" { "Your answer" } }
                @if let Some(wrong) = draft.wrong { p.wrong id="wrong" role="alert" { (wrong) } }
                textarea id="body" name="body" required maxlength="4000"
                    aria-invalid=[draft.wrong.map(|_| "true")] aria-describedby=[draft.wrong.map(|_| "wrong")] {
                    // A browser drops the first line break of a text area.
                    "\n" (draft.text)
                }
                div.actions { button type="submit" { "Send" } }
            }
        }
    }

    fn actions(&self) -> Markup {
        let chat = &self.conversation;
        html! {
            div.actions {
                @if chat.status == ConversationStatus::Waiting && chat.assignee_id.is_none() {
                    form method="post" action="/r/chat/take" {
                        (self.which())
                        button.quiet type="submit" { "I look after it" }
                    }
                }
                @if chat.status != ConversationStatus::Closed {
                    form method="post" action="/r/chat/close" {
                        (self.which())
                        button.quiet type="submit" { "Close the chat" }
                    }
                }
            }
        }
    }

    /// A page of a chat that was opened earlier must not answer into the one that was opened since.
    fn which(&self) -> Markup {
        html! { input type="hidden" name="conversation_id" value=(self.conversation.id); }
    }

    fn clock_time(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_microsecond(at.as_micros()) {
            Ok(instant) => {
                instant.to_zoned_datetime(self.zone.clone()).strftime("%-d %b, %H:%M %Z").to_string()
            }
            Err(_) => at.to_string(),
        }
    }
}

/// What the phone dials: a stranger's text, of which only digits and a plus are left.
fn call(phone: &str) -> String {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}
