//! Inbound SMS: signed webhooks, answers sent back, stop words.

use deskbell_twilio_sim::NewInbound;

use crate::receiver::Receiver;
use crate::setup::{FROM, TO, send, start};

const SILENCE: &str = "<Response/>";

fn text(body: &str, receiver: &Receiver) -> NewInbound {
    NewInbound {
        from: TO.to_owned(),
        to: Some(FROM.to_owned()),
        body: body.to_owned(),
        url: Some(format!("{}/twilio/inbound", receiver.url)),
        ..NewInbound::default()
    }
}

#[tokio::test]
async fn an_inbound_sms_is_posted_signed_as_often_as_wished() {
    let (sim, receiver) = (start().await, Receiver::start(SILENCE).await);
    let inbound = NewInbound { times: Some(2), ..text(" Hello\n😀 ", &receiver) };
    let receipt = sim.receive(inbound).await.unwrap();
    assert_eq!((receipt.answers, receipt.replies.len()), (vec![Some(200), Some(200)], 0));
    let posts = receiver.posts();
    assert_eq!(posts.len(), 2);
    for post in posts {
        assert!(post.is_signed_for(&format!("{}/twilio/inbound", receiver.url)));
        assert_eq!(
            (post.param("From"), post.param("To"), post.param("Body")),
            (Some(TO), Some(FROM), Some(" Hello\n😀 "))
        );
        assert_eq!(post.param("MessageSid"), Some(&*receipt.message_sid));
        assert_eq!(post.param("OptOutType"), None);
    }
    let message = &sim.messages()[0];
    assert_eq!((message.direction, &*message.status, sim.counts().accepted), ("inbound", "received", 0));
}

#[tokio::test]
async fn a_forged_inbound_sms_has_a_wrong_signature() {
    let (sim, receiver) = (start().await, Receiver::start(SILENCE).await);
    sim.receive(NewInbound { forged: true, ..text("Hi", &receiver) }).await.unwrap();
    assert!(!receiver.posts()[0].is_signed_for(&format!("{}/twilio/inbound", receiver.url)));
}

#[tokio::test]
async fn what_the_webhook_says_reaches_the_phone() {
    let sim = start().await;
    let receiver = Receiver::start("<Response><Message>Sent &amp; seen</Message></Response>").await;
    let receipt = sim.receive(text("1", &receiver)).await.unwrap();
    assert_eq!(receipt.replies, ["Sent & seen"]);
    let reply = &sim.messages()[1];
    assert_eq!(
        (reply.direction, &*reply.to, reply.from.as_deref(), &*reply.body),
        ("outbound-reply", TO, Some(FROM), "Sent & seen")
    );
    assert_eq!(sim.counts().accepted, 0);
}

#[tokio::test]
async fn after_stop_nothing_is_sent_until_start() {
    let (sim, receiver) = (start().await, Receiver::start(SILENCE).await);
    sim.behave(|behaviour| behaviour.advanced_opt_out = true);
    assert!(!sim.receive(text("stop it", &receiver)).await.unwrap().opted_out);
    send(&sim, TO, None).await.unwrap();
    assert!(sim.receive(text(" Stop ", &receiver)).await.unwrap().opted_out);
    assert_eq!(send(&sim, TO, None).await.unwrap_err().code(), Some(21610));
    send(&sim, "+15558675399", None).await.unwrap();
    assert!(!sim.receive(text("START", &receiver)).await.unwrap().opted_out);
    send(&sim, TO, None).await.unwrap();
    let words: Vec<_> =
        receiver.posts().iter().map(|post| post.param("OptOutType").map(str::to_owned)).collect();
    assert_eq!(words, [None, Some("STOP".to_owned()), Some("START".to_owned())]);
}

#[tokio::test]
async fn an_answer_goes_to_whoever_texted_last() {
    let sim = start().await;
    let answer = NewInbound { from: TO.to_owned(), body: "1".to_owned(), ..NewInbound::default() };
    assert!(sim.receive(answer.clone()).await.is_err());
    send(&sim, TO, None).await.unwrap();
    let receipt = sim.receive(answer).await.unwrap();
    assert_eq!((receipt.answers.len(), &*sim.messages()[1].to), (0, FROM));
    assert!(sim.receive(NewInbound { from: "me".to_owned(), ..NewInbound::default() }).await.is_err());
}
