//! A test that an admin asked for: goes to one recipient, or to all, whatever types they want.

use deskbell_domain::notice::{NoticeFacts, NoticeKind};
use deskbell_domain::planning::Notice;
use deskbell_events::v1::TestNotification;

use super::{BadField, News};

pub(super) fn news(test: &TestNotification) -> Result<News, BadField> {
    let only = match test.recipient_id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| BadField("recipient_id"))?),
    };
    Ok(News {
        notice: Notice { kind: NoticeKind::Test, first_message: false, only },
        conversation_id: None,
        facts: NoticeFacts {
            business_name: String::new(),
            customer_name: None,
            preview: "It works. Customers' chats will reach you like this.".to_owned(),
            waiting_s: 0,
        },
    })
}
