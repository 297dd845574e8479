//! Strangers with an AMQP client and the `.proto` files: nothing here knows Deskbell's own code.

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use prost::Message as _;

/// `deskbell.events.v1.Envelope`, as far as this stranger needs it.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Envelope {
    #[prost(string, tag = "1")]
    pub(crate) event_id: String,
    #[prost(message, optional, tag = "16")]
    pub(crate) new_chat: Option<NewChat>,
    /// An event that no release knows.
    #[prost(message, optional, tag = "1000")]
    pub(crate) event_of_tomorrow: Option<NewChat>,
}

/// `deskbell.events.v1.NewChat`
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct NewChat {
    #[prost(string, tag = "1")]
    pub(crate) conversation_id: String,
    #[prost(string, tag = "2")]
    pub(crate) message_id: String,
    #[prost(uint64, tag = "3")]
    pub(crate) seq: u64,
    #[prost(string, tag = "4")]
    pub(crate) customer_name: String,
    #[prost(string, tag = "5")]
    pub(crate) preview: String,
}

impl Envelope {
    /// A new chat of somebody's.
    pub(crate) fn new_chat(customer_name: &str, preview: &str) -> Self {
        let id = || uuid::Uuid::new_v4().to_string();
        let new_chat = NewChat {
            conversation_id: id(),
            message_id: id(),
            seq: 1,
            customer_name: customer_name.to_owned(),
            preview: preview.to_owned(),
        };
        Self { event_id: id(), new_chat: Some(new_chat), event_of_tomorrow: None }
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}

/// Publishes bytes to an exchange under the name of a new chat; returns when the broker has them.
pub(crate) async fn publish(amqp_url: &str, exchange: &str, bytes: &[u8]) {
    let connection = Connection::connect(amqp_url, ConnectionProperties::default()).await;
    let connection = connection.expect("the broker is there");
    let channel = connection.create_channel().await.expect("a channel can be had");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms can be had");
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let properties = BasicProperties::default().with_delivery_mode(2);
    let confirm = channel
        .basic_publish(exchange.into(), "new_chat".into(), options, bytes, properties)
        .await
        .expect("the broker takes a publish");
    let confirmation = confirm.await.expect("the broker confirms");
    assert!(
        confirmation.is_ack() && confirmation.take_message().is_none(),
        "somebody must be bound to {exchange}"
    );
}
