//! Whatever clients say, in whatever order: nothing falls over, and nobody's order breaks.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use uuid::Uuid;

use crate::app::{Chat, TestApp, message};
use crate::live::{hello, numbers, send};

/// What a client does next.
#[derive(Clone, Debug)]
enum Move {
    Send(u8, String),
    Typing,
    Seen(i64),
    HelloAgain(i64),
    Rubbish(String),
    Ping,
    ComeBack,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        // Few ids, so that some are used again, with the same text or another.
        4 => (0_u8..6, "[ab]{0,2}").prop_map(|(id, body)| Move::Send(id, body)),
        1 => Just(Move::Typing),
        1 => (-2_i64..9).prop_map(Move::Seen),
        1 => (-1_i64..5).prop_map(Move::HelloAgain),
        1 => prop_oneof!["\\PC{0,40}", Just(r#"{"type":"send"}"#.to_owned()), Just("[[[[".to_owned())]
            .prop_map(Move::Rubbish),
        1 => Just(Move::Ping),
        1 => Just(Move::ComeBack),
    ];
    prop::collection::vec(one, 1..25)
}

#[test]
fn random_frames_break_neither_the_service_nor_anybodys_order() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::on_sqlite());
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    runner
        .run(&moves(), |moves| {
            runtime.block_on(play(&app, &moves));
            Ok(())
        })
        .unwrap();
    runtime.block_on(async move { drop(app) });
}

async fn play(app: &TestApp, moves: &[Move]) {
    let chat = app.started(&message("One")).await;
    let mut witness = app.open(&chat, 0).await;
    let ids: Vec<String> = (0..6).map(|_| Uuid::new_v4().to_string()).collect();
    let mut player = app.open(&chat, 0).await;
    for next in moves {
        match next {
            Move::Send(id, body) => player.say(&send(&ids[usize::from(*id)], body)).await,
            Move::Typing => player.say(&json!({ "type": "typing" })).await,
            Move::Seen(seq) => player.say(&json!({ "type": "seen", "seq": seq })).await,
            Move::HelloAgain(after_seq) => player.say(&hello(&chat, *after_seq)).await,
            Move::Rubbish(text) => player.say_text(text).await,
            Move::Ping => player.ping().await,
            Move::ComeBack => {
                player = app.open(&chat, 0).await;
                true
            }
        };
    }
    // The end, which the player is told as everybody is.
    let last = app.send(&chat, &message("The end")).await;
    let last = settled(app, &chat, &mut player, last.json()["seq"].as_i64().unwrap()).await;
    let all: Vec<i64> = (1..=last).collect();
    assert_eq!(numbers(&mut witness, last).await, all);
    assert_eq!(numbers(&mut app.open(&chat, 0).await, last).await, all);
}

/// Waits until all that the player has said is done; tells the number of the last message then.
async fn settled(app: &TestApp, chat: &Chat, player: &mut deskbell_testkit::WebSocket, at_least: i64) -> i64 {
    let id = Uuid::new_v4().to_string();
    player.say(&send(&id, "Done")).await;
    let mut before = 0;
    loop {
        let frame = player.frame().await;
        if frame["type"] == "message" {
            let seq = frame["seq"].as_i64().unwrap();
            assert!(before == 0 || seq == before + 1, "{seq} after {before}");
            before = seq;
        }
        if frame["type"] == "ack" && frame["client_message_id"] == id.as_str() {
            break;
        }
    }
    let last = i64::try_from(app.messages(chat).await.len()).unwrap();
    assert!(last > at_least);
    last
}
