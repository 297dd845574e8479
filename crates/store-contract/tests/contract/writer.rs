//! The writer: batches, limits, and its end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, mpsc as threads};
use std::time::Duration;

use deskbell_store::model::event::OutboxEvent;
use deskbell_store::{
    AppendMessage, IngestError, IngestLimits, IngestWriter, Ingested, Raise, StartConversation,
};
use deskbell_testkit::wait_until;
use futures_util::future::{join_all, select_all};
use futures_util::{FutureExt as _, poll};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::db::Db;
use crate::drafts::{
    append, append_again, created, raise, repeated, start, start_again, started, urgent_append,
};

on_both_databases![
    numbers_have_no_gaps_however_many_write_at_once,
    repetitions_in_one_batch_are_recognised,
    starts_and_further_messages_share_a_batch,
    events_are_handed_on_exactly_for_what_is_new,
    events_that_nobody_has_room_for_stay_in_the_outbox,
    more_than_the_queue_holds_is_refused_at_once,
    the_writer_finishes_what_it_has_taken_before_it_ends,
    a_message_that_the_database_refuses_takes_no_other_down,
];

struct Writer {
    handle: IngestWriter,
    task: JoinHandle<()>,
    committed: mpsc::Receiver<OutboxEvent>,
}

fn writer(db: &Db, limits: IngestLimits) -> Writer {
    let (sender, committed) = mpsc::channel(1_000);
    let (handle, task) = IngestWriter::spawn(db.opened_again(), limits, sender);
    Writer { handle, task, committed }
}

/// A start that holds the writer up, in the middle of its batch, until it is released.
struct Obstacle {
    command: StartConversation,
    reached: threads::Receiver<()>,
    release: threads::Sender<()>,
}

fn obstacle(db: &Db) -> Obstacle {
    let (reach, reached) = threads::channel();
    let (release, released) = threads::channel();
    let (reach, released) = (Mutex::new(reach), Mutex::new(released));
    let encode = move |_| {
        reach.lock().unwrap().send(()).unwrap();
        released.lock().unwrap().recv().unwrap();
        Vec::new()
    };
    let raise = Raise { encode: Arc::new(encode), ..raise(&db.clock, "new_chat") };
    Obstacle { command: StartConversation { raise, ..start(db, "wait") }, reached, release }
}

impl Obstacle {
    /// Puts it in the writer's way.
    fn place(&self, writer: &Writer) -> JoinHandle<Result<Ingested, IngestError>> {
        let (handle, command) = (writer.handle.clone(), self.command.clone());
        let task = tokio::spawn(async move { handle.start(command).await });
        self.reached.recv_timeout(Duration::from_secs(20)).expect("the writer takes it");
        task
    }
}

async fn numbers_have_no_gaps_however_many_write_at_once(db: Db) {
    const SENDERS: usize = 64;
    const EACH: usize = 6;
    let mut chats = Vec::new();
    for _ in 0..5 {
        chats.push(started(&db, "Hello").await);
    }
    // Two writers, as of two processes.
    let writers = [writer(&db, IngestLimits::default()), writer(&db, IngestLimits::default())];
    let send = async |sender: usize| {
        let mut sent = Vec::new();
        for number in 0..EACH {
            let chat = &chats[(sender + number) % chats.len()];
            let command = append(&db, chat, &format!("{sender}/{number}"));
            sent.push(created(writers[sender % 2].handle.append(command).await));
        }
        sent
    };
    let sent: Vec<_> = join_all((0..SENDERS).map(send)).await.into_iter().flatten().collect();
    assert_eq!(sent.len(), SENDERS * EACH);

    let mut acknowledged: HashMap<_, _> = sent.iter().map(|message| (message.id, message)).collect();
    for chat in &chats {
        let stored = db.store.messages(chat.conversation_id, 0, 1_000).await.unwrap().messages;
        let numbers: Vec<i64> = stored.iter().map(|message| message.seq).collect();
        let expected: Vec<i64> = (1..=i64::try_from(stored.len()).unwrap()).collect();
        assert_eq!(numbers, expected);
        for message in &stored[1..] {
            assert_eq!(acknowledged.remove(&message.id), Some(message));
        }
    }
    assert!(acknowledged.is_empty(), "acknowledged, and not there");
}

async fn repetitions_in_one_batch_are_recognised(db: Db) {
    let writer = writer(&db, IngestLimits::default());
    let chat = started(&db, "Hello").await;
    let obstacle = obstacle(&db);
    let placed = obstacle.place(&writer);

    let first = start(&db, "A");
    let rewritten = StartConversation { body: "B".to_owned(), ..start_again(&db.clock, &first) };
    let mut starts = Box::pin(join_all(
        [first.clone(), start_again(&db.clock, &first), rewritten]
            .map(|command| writer.handle.start(command)),
    ));
    let further = urgent_append(&db, &chat, "C");
    let changed = AppendMessage { body: "D".to_owned(), ..append_again(&db, &further) };
    let mut appends = Box::pin(join_all(
        [further.clone(), append_again(&db, &further), changed, append(&db, &chat, "E")]
            .map(|command| writer.handle.append(command)),
    ));
    assert!(poll!(&mut starts).is_pending() && poll!(&mut appends).is_pending(), "all of them wait");
    obstacle.release.send(()).unwrap();

    let [one, two, three] = <[_; 3]>::try_from(starts.await).unwrap();
    let stored = created(one);
    assert_eq!(repeated(two), stored);
    assert_eq!(three, Err(IngestError::Conflict));
    let [one, two, three, four] = <[_; 4]>::try_from(appends.await).unwrap();
    let stored = created(one);
    assert_eq!((repeated(two), stored.seq), (stored, 2));
    assert_eq!(three, Err(IngestError::Conflict));
    assert_eq!(created(four).seq, 3);
    created(placed.await.unwrap());
    assert_eq!(db.count("outbox WHERE name = 'urgent_chat'").await, 1);
    assert_eq!(db.count("conversations").await, 3);
}

async fn starts_and_further_messages_share_a_batch(db: Db) {
    let writer = writer(&db, IngestLimits::default());
    let obstacle = obstacle(&db);
    let placed = obstacle.place(&writer);
    // The conversation that the second message goes to is made in the same batch.
    let chat = start(&db, "one");
    let mut start = Box::pin(writer.handle.start(chat.clone()));
    let mut more = Box::pin(writer.handle.append(append(&db, &chat, "two")));
    assert!(poll!(&mut start).is_pending() && poll!(&mut more).is_pending());
    obstacle.release.send(()).unwrap();
    assert_eq!(created(start.await).seq, 1);
    assert_eq!(created(more.await).seq, 2);
    created(placed.await.unwrap());
}

async fn events_are_handed_on_exactly_for_what_is_new(db: Db) {
    let mut writer = writer(&db, IngestLimits::default());
    let chat = start(&db, "Hello");
    let urgent = urgent_append(&db, &chat, "Help");
    created(writer.handle.start(chat.clone()).await);
    created(writer.handle.append(append(&db, &chat, "more")).await);
    created(writer.handle.append(urgent.clone()).await);
    repeated(writer.handle.start(start_again(&db.clock, &chat)).await);
    repeated(writer.handle.append(append_again(&db, &urgent)).await);
    created(writer.handle.append(urgent_append(&db, &chat, "Help!")).await);
    drop(writer.handle);
    writer.task.await.unwrap();

    let mut handed_on = Vec::new();
    writer.committed.recv_many(&mut handed_on, 100).await;
    let expected = [
        (chat.raise.event_id, "new_chat", b"message 1".to_vec()),
        (urgent.raise_urgent.unwrap().event_id, "urgent_chat", b"message 3".to_vec()),
    ];
    let found: Vec<_> =
        handed_on.iter().map(|event| (event.id, event.name.as_str(), event.payload.clone())).collect();
    assert_eq!(found, expected);

    // They are in the outbox too, leased to whoever publishes them first.
    assert_eq!(db.store.take_outbox(db.in_s(29), db.in_s(60), 10).await.unwrap(), []);
    let mut left = db.store.take_outbox(db.in_s(30), db.in_s(60), 10).await.unwrap();
    left.sort_by_key(|event| event.id != handed_on[0].id);
    assert_eq!(left, handed_on);
}

async fn events_that_nobody_has_room_for_stay_in_the_outbox(db: Db) {
    let (sender, mut committed) = mpsc::channel(1);
    let (handle, task) = IngestWriter::spawn(db.store.clone(), IngestLimits::default(), sender);
    let outcomes = join_all((0..20).map(|_| handle.start(start(&db, "Hello")))).await;
    assert_eq!(outcomes.into_iter().map(created).count(), 20);
    drop(handle);
    task.await.unwrap();
    assert!(committed.recv().await.is_some() && committed.recv().await.is_none());
    assert_eq!(db.store.take_outbox(db.in_s(60), db.in_s(90), 100).await.unwrap().len(), 20);
}

async fn more_than_the_queue_holds_is_refused_at_once(db: Db) {
    let limits = IngestLimits { batch_max: 1, queue_max: 3, ..IngestLimits::default() };
    let writer = writer(&db, limits);
    let obstacle = obstacle(&db);
    let placed = obstacle.place(&writer);
    let sending: Vec<_> =
        (0..10).map(|_| writer.handle.start(start(&db, "Hello")).boxed()).map(Box::pin).collect();
    let (refused, _, waiting) = select_all(sending).await;
    assert_eq!(refused, Err(IngestError::Overloaded));
    obstacle.release.send(()).unwrap();
    let outcomes = join_all(waiting).await;
    let stored = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Ingested::Created(_)))).count();
    let refused = outcomes.iter().filter(|outcome| **outcome == Err(IngestError::Overloaded)).count();
    assert_eq!((stored, refused), (3, 6));
    created(placed.await.unwrap());
    assert_eq!(db.count("messages").await, 4);
}

async fn the_writer_finishes_what_it_has_taken_before_it_ends(db: Db) {
    let writer = writer(&db, IngestLimits { batch_max: 7, ..IngestLimits::default() });
    for _ in 0..100 {
        // A client that sends and goes away.
        let mut sending = Box::pin(writer.handle.start(start(&db, "Hello")));
        let _ = poll!(&mut sending);
    }
    drop(writer.handle);
    wait_until("the writer ends", Duration::from_secs(20), async || writer.task.is_finished()).await;
    assert_eq!((db.count("messages").await, db.count("outbox").await), (100, 100));
}

async fn a_message_that_the_database_refuses_takes_no_other_down(db: Db) {
    let writer = writer(&db, IngestLimits::default());
    let chat = started(&db, "Hello").await;
    let obstacle = obstacle(&db);
    let placed = obstacle.place(&writer);
    // No two events have one id; this can only be a mistake of ours, and nobody else should suffer from it.
    let broken = StartConversation { raise: chat.raise.clone(), ..start(&db, "broken") };
    let mut starts = Box::pin(join_all(
        [start(&db, "one"), broken, start(&db, "two")].map(|command| writer.handle.start(command)),
    ));
    let mut more = Box::pin(writer.handle.append(append(&db, &chat, "three")));
    assert!(poll!(&mut starts).is_pending() && poll!(&mut more).is_pending());
    obstacle.release.send(()).unwrap();

    let [one, broken, two] = <[_; 3]>::try_from(starts.await).unwrap();
    assert_eq!((created(one).body, created(two).body), ("one".to_owned(), "two".to_owned()));
    assert!(matches!(broken, Err(IngestError::Unavailable(_))));
    assert_eq!(created(more.await).seq, 2);
    created(placed.await.unwrap());
    assert_eq!((db.count("conversations").await, db.count("outbox").await), (4, 4));
}
