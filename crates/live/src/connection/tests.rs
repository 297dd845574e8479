//! A connection over a pipe in memory, whose roll beats when the test says so.

use std::sync::Arc;
use std::time::Duration;

use actix_http::ws::{Codec, Frame as WsFrame, Item, Message};
use bytes::{Bytes, BytesMut};
use deskbell_http::NetworkKey;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpStream;
use tokio_util::codec::{Decoder as _, Encoder as _};

use super::{Connection, End, Event};
use crate::frame::{CloseCode, Frame};
use crate::mailbox::{MAIL_MAX, Mail};
use crate::roll::{Roll, RollLimits};

const NETWORK: NetworkKey = NetworkKey::V6(1);
const NO_LIMITS: RollLimits = RollLimits { connections: 0, of_one_network: 0 };

/// The other end.
struct Client {
    io: DuplexStream,
    codec: Codec,
    received: BytesMut,
}

impl Client {
    async fn say(&mut self, message: Message) {
        let bytes = self.encoded(message);
        self.io.write_all(&bytes).await.unwrap();
    }

    fn encoded(&mut self, message: Message) -> BytesMut {
        let mut bytes = BytesMut::new();
        self.codec.encode(message, &mut bytes).unwrap();
        bytes
    }

    async fn hear(&mut self) -> Option<WsFrame> {
        loop {
            if let Some(frame) = self.codec.decode(&mut self.received).unwrap() {
                return Some(frame);
            }
            if self.io.read_buf(&mut self.received).await.unwrap() == 0 {
                return None;
            }
        }
    }
}

fn pair(roll: &Arc<Roll>) -> (Client, Connection<DuplexStream>) {
    let (io, theirs) = tokio::io::duplex(64 * 1024);
    let client =
        Client { io, codec: Codec::new().max_size(1 << 20).client_mode(), received: BytesMut::new() };
    (client, Connection::new(theirs, &Bytes::new(), roll.enter(NETWORK).unwrap()))
}

#[track_caller]
fn closed_with(event: &Event, code: CloseCode) {
    assert!(matches!(event, Event::End(End::Close(with)) if *with == code), "{event:?}");
}

fn text(event: Event) -> String {
    match event {
        Event::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

/// What a connection says at once, after so many seconds of the roll.
async fn after_seconds(
    roll: &Roll,
    seconds: usize,
    connection: &mut Connection<DuplexStream>,
) -> Option<Event> {
    (0..seconds).for_each(|_| roll.beat());
    tokio::select! {
        biased;
        event = connection.next() => Some(event),
        () = std::future::ready(()) => None,
    }
}

#[tokio::test]
async fn who_does_not_greet_in_time_is_sent_away() {
    let roll = Roll::new(NO_LIMITS);
    let (_client, mut connection) = pair(&roll);
    assert!(after_seconds(&roll, 10, &mut connection).await.is_none());
    closed_with(&after_seconds(&roll, 1, &mut connection).await.unwrap(), CloseCode::POLICY);
}

#[tokio::test]
async fn who_is_silent_for_a_minute_is_gone() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    connection.place().greet();
    for _ in 0..60 {
        assert!(after_seconds(&roll, 1, &mut connection).await.is_none());
    }
    closed_with(&after_seconds(&roll, 5, &mut connection).await.unwrap(), CloseCode::SILENT);
    for _ in 0..2 {
        assert_eq!(client.hear().await, Some(WsFrame::Ping(Bytes::new())));
    }
}

#[tokio::test]
async fn who_answers_pings_stays_and_is_pinged_every_25_seconds() {
    let roll = Roll::new(NO_LIMITS);
    let others: Vec<_> = (0..7).map(|_| roll.enter(NETWORK).unwrap()).collect();
    let (mut client, mut connection) = pair(&roll);
    connection.place().greet();
    drop(others);
    for _ in 0..100 {
        assert!(after_seconds(&roll, 25, &mut connection).await.is_none());
        assert_eq!(client.hear().await, Some(WsFrame::Ping(Bytes::new())));
        client.say(Message::Pong(Bytes::new())).await;
        assert!(after_seconds(&roll, 0, &mut connection).await.is_none());
    }
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    client.say(Message::Ping(Bytes::from_static(b"mark"))).await;
    client.say(Message::Text("go on".into())).await;
    assert_eq!(text(connection.next().await), "go on");
    connection.flush().await.unwrap();
    assert_eq!(client.hear().await, Some(WsFrame::Pong(Bytes::from_static(b"mark"))));
}

#[tokio::test]
async fn fragments_are_one_message_and_a_ping_may_come_between() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    client.say(Message::Continuation(Item::FirstText(Bytes::from_static(b"one ")))).await;
    client.say(Message::Ping(Bytes::new())).await;
    client.say(Message::Continuation(Item::Continue(Bytes::from_static(b"two ")))).await;
    client.say(Message::Continuation(Item::Last(Bytes::from_static(b"three")))).await;
    assert_eq!(text(connection.next().await), "one two three");
}

#[tokio::test]
async fn each_mistake_has_its_code() {
    let long = Bytes::from(vec![b'a'; 40_000]);
    let mistakes: [(Vec<Message>, CloseCode); 5] = [
        (vec![Message::Binary(Bytes::new())], CloseCode::UNSUPPORTED),
        (vec![Message::Continuation(Item::FirstBinary(Bytes::new()))], CloseCode::UNSUPPORTED),
        (
            vec![
                Message::Continuation(Item::FirstText(long.clone())),
                Message::Continuation(Item::Last(long.clone())),
            ],
            CloseCode::TOO_BIG,
        ),
        (
            vec![
                Message::Continuation(Item::FirstText(Bytes::from_static(b"\xf0\x9f"))),
                Message::Continuation(Item::Last(Bytes::from_static(b"\x94"))),
            ],
            CloseCode::INVALID_TEXT,
        ),
        (vec![Message::Close(None)], CloseCode::NORMAL),
    ];
    for (messages, code) in mistakes {
        let roll = Roll::new(NO_LIMITS);
        let (mut client, mut connection) = pair(&roll);
        let saying = async {
            for message in messages {
                client.say(message).await;
            }
        };
        let (event, ()) = tokio::join!(connection.next(), saying);
        closed_with(&event, code);
    }
    let unmasked = [0x81, 0x01, b'a'];
    let reserved_bits = [0xf1, 0x81, 0, 0, 0, 0, b'a'];
    for broken in [&unmasked[..], &reserved_bits[..]] {
        let roll = Roll::new(NO_LIMITS);
        let (mut client, mut connection) = pair(&roll);
        client.io.write_all(broken).await.unwrap();
        closed_with(&connection.next().await, CloseCode::PROTOCOL);
    }
}

#[tokio::test]
async fn of_a_frame_that_never_ends_no_more_is_kept_than_a_message_may_have() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    let head = [0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let saying = async {
        client.io.write_all(&head).await.unwrap();
        while client.io.write_all(&[0; 4_096]).await.is_ok() {}
    };
    tokio::select! {
        event = connection.next() => closed_with(&event, CloseCode::TOO_BIG),
        () = saying => panic!("nobody hangs up here"),
    }
}

#[tokio::test]
async fn mail_waits_for_a_slow_reader_until_it_is_too_much() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    let mailbox = Arc::clone(connection.place().mailbox());
    let frame = Frame::json(&"x".repeat(100_000));
    mailbox.post(Mail { seq: 1, frame: frame.clone() });
    let Event::Mail(mail) = connection.next().await else { panic!("there is mail") };
    mail.into_iter().for_each(|mail| connection.send(mail.frame));
    for seq in 2..=MAIL_MAX as i64 + 1 {
        mailbox.post(Mail { seq, frame: frame.clone() });
    }
    let waits = tokio::time::timeout(Duration::from_millis(50), connection.next()).await;
    assert!(waits.is_err(), "the first frame is not taken yet");
    mailbox.post(Mail { seq: 0, frame });
    closed_with(&connection.next().await, CloseCode::TOO_SLOW);
    let (heard, ()) = tokio::join!(
        async { (client.hear().await, client.hear().await) },
        connection.close(CloseCode::TOO_SLOW),
    );
    assert!(matches!(heard.0, Some(WsFrame::Text(text)) if text.len() == 100_002), "whole");
    assert!(matches!(heard.1, Some(WsFrame::Close(Some(reason))) if u16::from(reason.code) == 4408));
}

#[tokio::test]
async fn an_idle_connection_holds_nothing() {
    let roll = Roll::new(NO_LIMITS);
    let (mut client, mut connection) = pair(&roll);
    client.say(Message::Text("a".repeat(10_000).into())).await;
    text(connection.next().await);
    connection.send(Frame::json(&"b"));
    connection.flush().await.unwrap();
    tokio::select! {
        biased;
        event = connection.next() => panic!("{event:?}"),
        () = std::future::ready(()) => {}
    }
    assert_eq!((connection.incoming.kept(), connection.outgoing.kept()), (0, 0));
    let size = size_of::<Connection<TcpStream>>();
    assert!(size <= 320, "{size} bytes for each connection");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the network cuts it, the same is understood.
    #[test]
    fn texts_arrive_whole_however_they_are_cut(
        texts in prop::collection::vec("\\PC{0,200}", 1..20),
        cuts in prop::collection::vec(1_usize..300, 1..20),
    ) {
        run(async move {
            let roll = Roll::new(NO_LIMITS);
            let (mut client, mut connection) = pair(&roll);
            let mut bytes = BytesMut::new();
            for text in &texts {
                bytes.unsplit(client.encoded(Message::Text(text.clone().into())));
            }
            let saying = async {
                let mut cuts = cuts.iter().cycle();
                while !bytes.is_empty() {
                    let length = (*cuts.next().unwrap()).min(bytes.len());
                    client.io.write_all(&bytes.split_to(length)).await.unwrap();
                    tokio::task::yield_now().await;
                }
            };
            let hearing = async {
                for expected in &texts {
                    assert_eq!(&text(connection.next().await), expected);
                }
            };
            tokio::join!(saying, hearing);
        });
    }

    /// Rubbish ends a connection and does nothing else.
    #[test]
    fn nothing_that_comes_in_brings_it_down(rubbish in prop::collection::vec(any::<u8>(), 0..2_000)) {
        run(async move {
            let roll = Roll::new(NO_LIMITS);
            let (mut client, mut connection) = pair(&roll);
            client.io.write_all(&rubbish).await.unwrap();
            client.io.shutdown().await.unwrap();
            while !matches!(connection.next().await, Event::End(_)) {}
        });
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}
