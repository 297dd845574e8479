//! Reminders of chats that nobody answers.

use std::time::Duration;

use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{ClientMessageId, Clock as _, MessageId, Timestamp};
use deskbell_events::v1::{Envelope, Event, UnassignedChat};
use deskbell_store::model::conversation::{NewReply, Replied};
use deskbell_testkit::wait_until;
use serde_json::json;

use crate::app::{Chat, TestApp, message};

const MINUTE: Duration = Duration::from_secs(60);

/// The next reminder; chats' other events are passed over.
async fn reminder(events: &mut deskbell_bus::EventConsumer) -> UnassignedChat {
    loop {
        let delivery = tokio::time::timeout(Duration::from_secs(20), events.next()).await.unwrap().unwrap();
        let envelope = Envelope::decode(&delivery.body).unwrap();
        delivery.ack().await.unwrap();
        if let Some(Event::UnassignedChat(reminder)) = envelope.event {
            return reminder;
        }
    }
}

async fn a_chat_that_nobody_answers_is_brought_up_again_and_again(app: TestApp) {
    let mut events = app.bus.events();
    let mut first = message("Hello");
    first["name"] = json!("Maria");
    let chat = app.started(&first).await;
    app.send(&chat, &message("Anybody?")).await;

    for (repeat, wait) in [(1, 5), (2, 10), (3, 20)] {
        app.clock.advance(MINUTE * wait);
        let reminder = reminder(&mut events).await;
        assert_eq!((reminder.conversation_id.as_str(), reminder.repeat), (chat.id.as_str(), repeat));
        assert_eq!(reminder.waiting_seconds, [0, 300, 900, 2_100][repeat as usize]);
        assert_eq!((reminder.preview.as_str(), reminder.seq), ("Anybody?", 2));
        assert_eq!(reminder.customer_name, "Maria");
    }
}

async fn an_answer_ends_the_reminders(mut app: TestApp) {
    let answered = app.started(&message("Hello")).await;
    let waiting = app.started(&message("Hello")).await;
    answer(&app, &answered).await;
    app.clock.advance(MINUTE * 5);
    let mut events = app.bus.events();
    assert_eq!(reminder(&mut events).await.conversation_id, waiting.id);
    drop(events);
    let left = app.published_in_the_end().await;
    assert!(!left.iter().any(|event| matches!(event.event, Some(Event::UnassignedChat(_)))), "{left:?}");
}

async fn answer(app: &TestApp, chat: &Chat) {
    let reply = NewReply {
        conversation_id: chat.id.parse().unwrap(),
        id: MessageId::mint(&*app.clock),
        client_message_id: ClientMessageId::from_uuid(uuid::Uuid::new_v4()),
        author_id: None,
        body: "On our way".to_owned(),
        now: app.clock.now(),
    };
    assert!(matches!(app.store.reply(&reply).await.unwrap(), Replied::Created(_)));
}

async fn a_type_that_is_switched_off_meanwhile_waits_until_it_is_on_again(app: TestApp) {
    let mut events = app.bus.events();
    app.started(&message("Hello")).await;
    save_types(&app, &["new_chat"], 0).await;
    app.clock.advance(MINUTE * 5);
    // What is due is looked at every second; once nothing is due any more, it has been looked at.
    wait_until("the chat has been looked at", Duration::from_secs(20), || async { !is_due(&app).await })
        .await;

    save_types(&app, &["new_chat", "unassigned_chat"], 1).await;
    app.clock.advance(MINUTE * 5);
    let reminder = reminder(&mut events).await;
    assert_eq!((reminder.repeat, reminder.waiting_seconds), (1, 600));
}

async fn save_types(app: &TestApp, types: &[&str], version: i64) {
    let mut settings = serde_json::to_value(NotificationSettings::default()).unwrap();
    settings["types"] = json!(types);
    let settings = serde_json::from_value(settings).unwrap();
    app.store.save_settings(&settings, version, app.clock.now()).await.unwrap().unwrap();
    app.bus.send_hint(deskbell_bus::Hint { topic: "settings".to_owned(), body: b"{}".as_slice().into() });
}

/// Whether a conversation is due, found out by a look that changes nothing.
async fn is_due(app: &TestApp) -> bool {
    let seen = std::sync::Mutex::new(false);
    let due_since: Timestamp = app.clock.now();
    let plan = |_: &_, _: &_, _| {
        *seen.lock().unwrap() = true;
        (None, Some(due_since))
    };
    app.store.raise_unassigned(due_since, due_since, 10, &plan).await.unwrap();
    *seen.lock().unwrap()
}

on_each_database!(
    a_chat_that_nobody_answers_is_brought_up_again_and_again,
    an_answer_ends_the_reminders,
    a_type_that_is_switched_off_meanwhile_waits_until_it_is_on_again,
);
