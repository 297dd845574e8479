//! Consumes a queue across sessions.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, message};
use tokio::sync::watch;

use super::link::Link;
use super::settle::Unsettled;
use super::{Shared, properties};
use crate::Delivery;
use crate::delivery::Settlement;

/// Takes from one queue, on a channel of its own in whichever session there is.
#[derive(Debug)]
pub(crate) struct Consumer {
    bus: Arc<Shared>,
    links: watch::Receiver<Option<Arc<Link>>>,
    queue: &'static str,
    subscription: Option<Subscription>,
}

#[derive(Debug)]
struct Subscription {
    link: Arc<Link>,
    channel: Channel,
    deliveries: lapin::Consumer,
}

impl Consumer {
    pub(super) fn new(bus: Arc<Shared>, queue: &'static str) -> Self {
        Self { links: bus.links.clone(), bus, queue, subscription: None }
    }

    pub(crate) async fn next(&mut self) -> Option<Delivery> {
        loop {
            if self.subscription.is_none() {
                self.subscription = Some(self.subscribe().await?);
            }
            let subscription = self.subscription.as_mut()?;
            match subscription.deliveries.next().await {
                Some(Ok(delivery)) => return Some(wrap(delivery, &subscription.channel, &self.bus)),
                Some(Err(error)) => subscription.link.fail(&error),
                None => subscription.link.fail(&"the broker has cancelled the consumer"),
            }
            self.subscription = None;
        }
    }

    async fn subscribe(&mut self) -> Option<Subscription> {
        loop {
            let link = self.next_link().await?;
            match subscribe_on(&link, self.queue, self.bus.consume.prefetch).await {
                Ok((channel, deliveries)) => return Some(Subscription { link, channel, deliveries }),
                Err(error) => link.fail(&error),
            }
        }
    }

    async fn next_link(&mut self) -> Option<Arc<Link>> {
        let usable = |link: &Option<Arc<Link>>| link.as_ref().is_some_and(|link| link.is_usable());
        self.links.wait_for(usable).await.ok()?.clone()
    }
}

async fn subscribe_on(link: &Link, queue: &str, prefetch: u16) -> lapin::Result<(Channel, lapin::Consumer)> {
    let channel = link.create_channel().await?;
    channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
    let tag = "".into();
    let options = BasicConsumeOptions::default();
    let deliveries = channel.basic_consume(queue.into(), tag, options, FieldTable::default()).await?;
    Ok((channel, deliveries))
}

fn wrap(delivery: message::Delivery, channel: &Channel, bus: &Shared) -> Delivery {
    let consume = &bus.consume;
    let delivery_count = properties::delivery_count(&delivery.properties);
    let routing_key = delivery.routing_key.to_string();
    let event_name =
        delivery.properties.kind().as_ref().map_or_else(|| routing_key.clone(), ToString::to_string);
    let retry_delay = consume.retry.delay(delivery_count);
    Delivery {
        message_id: delivery.properties.message_id().as_ref().map(ToString::to_string),
        routing_key,
        event_name,
        redelivered: delivery.redelivered,
        delivery_count,
        death_reason: properties::death_reason(&delivery.properties),
        body: delivery.data.into(),
        settlement: Settlement::Rabbit(Unsettled::new(
            delivery.acker,
            channel.clone(),
            retry_delay,
            consume.settle_timeout,
        )),
    }
}
