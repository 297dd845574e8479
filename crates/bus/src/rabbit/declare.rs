//! Makes sure that the topology is there: declares it, or finds it where the broker's user may not declare.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ErrorKind, Result};
use uuid::Uuid;

use super::topology::{
    Argument, BINDINGS, EVENTS_EXCHANGE, EXCHANGES, LIVE_EXCHANGE, LIVE_QUEUE_PREFIX, MAX_LIVE_HINTS, QUEUES,
};
use crate::Role;

/// AMQP's reply code for something that the user may not do.
const ACCESS_REFUSED: u16 = 403;

/// Declares everything, or, where that is refused, verifies what `role` needs.
pub(super) async fn ensure_topology(connection: &Connection, role: Role) -> Result<()> {
    match declare_all(&connection.create_channel().await?).await {
        // The refusal has closed the channel, so the search takes another one.
        Err(error) if is_access_refused(&error) => verify(&connection.create_channel().await?, role).await,
        result => result,
    }
}

/// Declares this instance's own queue for hints and returns its name.
pub(super) async fn declare_live_queue(channel: &Channel, connection_name: &str) -> Result<String> {
    let name = format!("{LIVE_QUEUE_PREFIX}{connection_name}.{}", Uuid::new_v4());
    let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
    let arguments = table(&[("x-max-length", Argument::Number(MAX_LIVE_HINTS))]);
    channel.queue_declare(name.as_str().into(), options, arguments).await?;
    bind(channel, &name, LIVE_EXCHANGE, "").await?;
    Ok(name)
}

async fn declare_all(channel: &Channel) -> Result<()> {
    for exchange in EXCHANGES {
        let options = ExchangeDeclareOptions { durable: exchange.durable, ..Default::default() };
        channel.exchange_declare(exchange.name.into(), exchange.kind, options, FieldTable::default()).await?;
    }
    for queue in QUEUES {
        let options = QueueDeclareOptions { durable: true, ..Default::default() };
        channel.queue_declare(queue.name.into(), options, table(queue.arguments)).await?;
    }
    for binding in BINDINGS {
        bind(channel, binding.queue, binding.exchange, binding.routing_key).await?;
    }
    Ok(())
}

async fn verify(channel: &Channel, role: Role) -> Result<()> {
    let needs_exchange = |name| name == LIVE_EXCHANGE || (name == EVENTS_EXCHANGE && role != Role::LiveOnly);
    for exchange in EXCHANGES.into_iter().filter(|exchange| needs_exchange(exchange.name)) {
        let options = ExchangeDeclareOptions { passive: true, ..Default::default() };
        channel.exchange_declare(exchange.name.into(), exchange.kind, options, FieldTable::default()).await?;
    }
    for queue in QUEUES.into_iter().filter(|_| role == Role::Consumer) {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        channel.queue_declare(queue.name.into(), options, FieldTable::default()).await?;
    }
    Ok(())
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, routing_key: &str) -> Result<()> {
    let options = QueueBindOptions::default();
    channel
        .queue_bind(queue.into(), exchange.into(), routing_key.into(), options, FieldTable::default())
        .await
}

fn table(arguments: &[(&'static str, Argument)]) -> FieldTable {
    let mut table = FieldTable::default();
    for &(name, value) in arguments {
        let value = match value {
            Argument::Text(text) => AMQPValue::LongString(text.into()),
            Argument::Number(number) => AMQPValue::LongLongInt(number),
        };
        table.insert(name.into(), value);
    }
    table
}

fn is_access_refused(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error) if error.get_id() == ACCESS_REFUSED)
}
