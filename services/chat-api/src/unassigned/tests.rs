use deskbell_domain::{ConversationId, ManualClock};

use super::*;

fn chat(status: ConversationStatus) -> Conversation {
    let at = Timestamp::from_micros(0);
    Conversation {
        id: ConversationId::mint(&ManualClock::new(at)),
        status,
        name: None,
        email: None,
        phone: None,
        page_url: None,
        locale: None,
        created_at: at,
        last_seq: 1,
        last_message_at: at,
        waiting_since: Some(at),
        urgent_since: None,
        assignee_id: None,
        first_reply_at: None,
        closed_at: None,
    }
}

#[test]
fn reminders_come_with_growing_gaps_and_end_after_eight() {
    let settings = NotificationSettings::default();
    let waiting = chat(ConversationStatus::Waiting);
    let mut now = first_look(&settings, Timestamp::from_micros(0)).unwrap();
    let mut minutes = vec![now.as_micros() / 60_000_000];
    for told in 0.. {
        let Look { remind, again_at } = look(&settings, &waiting, told, now);
        assert!(remind);
        let Some(next) = again_at else { break };
        now = next;
        minutes.push(now.as_micros() / 60_000_000);
    }
    assert_eq!(minutes, [5, 15, 35, 75, 135, 195, 255, 315]);
    assert_eq!(look(&settings, &waiting, 8, now), Look { remind: false, again_at: None });
}

#[test]
fn a_type_that_is_off_reminds_nobody_and_is_looked_at_again() {
    let mut settings = NotificationSettings::default();
    settings.types.remove(&NoticeType::UnassignedChat);
    let now = Timestamp::from_micros(0);
    assert_eq!(first_look(&settings, now), None);
    let later = Some(now.plus(Duration::from_secs(300)));
    assert_eq!(
        look(&settings, &chat(ConversationStatus::Waiting), 0, now),
        Look { remind: false, again_at: later }
    );
}

#[test]
fn nobody_is_reminded_of_a_chat_that_somebody_has() {
    for status in [ConversationStatus::Open, ConversationStatus::Closed] {
        let look = look(&NotificationSettings::default(), &chat(status), 0, Timestamp::from_micros(0));
        assert_eq!(look, Look { remind: false, again_at: None });
    }
}
