//! What stands beside the body of a message.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};

use crate::Event;

const PERSISTENT: u8 = 2;
const CONTENT_TYPE: &str = "application/x-protobuf";

/// Counts how often a quorum queue has delivered a message before; absent the first time.
const DELIVERY_COUNT: &str = "x-delivery-count";
/// Why a message was dead-lettered first.
const FIRST_DEATH_REASON: &str = "x-first-death-reason";

/// The properties of an event on its way out.
pub(super) fn of(event: &Event) -> BasicProperties {
    BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type(CONTENT_TYPE.into())
        .with_message_id(event.id.to_string().into())
        .with_type(event.name.as_str().into())
}

pub(super) fn delivery_count(properties: &BasicProperties) -> u32 {
    let count = header(properties, DELIVERY_COUNT).and_then(AMQPValue::as_long_long_int);
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default()
}

pub(super) fn death_reason(properties: &BasicProperties) -> Option<String> {
    let reason = header(properties, FIRST_DEATH_REASON)?.as_long_string()?;
    Some(String::from_utf8_lossy(reason.as_bytes()).into_owned())
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref().and_then(|headers: &FieldTable| headers.inner().get(name))
}
