//! The events that this service raises.

use deskbell_domain::{Clock, EventId, RecipientId, UserId};
use deskbell_events::v1::{Envelope, Event, SettingsChanged, TestNotification};
use deskbell_http::RequestTrace;
use deskbell_store::model::event::OutboxEvent;

/// The notification settings have changed.
pub(crate) fn settings_changed(clock: &dyn Clock, trace: RequestTrace) -> OutboxEvent {
    let event = SettingsChanged { section: "notifications".to_owned() };
    in_outbox(EventId::mint(clock), event.into(), clock, trace)
}

/// Somebody wants to see whether notifications arrive: at one recipient, or at all of them.
pub(crate) fn test_notification(
    clock: &dyn Clock,
    recipient: Option<RecipientId>,
    requested_by: UserId,
    trace: RequestTrace,
) -> OutboxEvent {
    let id = EventId::mint(clock);
    let event = TestNotification {
        recipient_id: recipient.map(|id| id.to_string()).unwrap_or_default(),
        requested_by: requested_by.to_string(),
        test_id: id.to_string(),
    };
    in_outbox(id, event.into(), clock, trace)
}

fn in_outbox(id: EventId, event: Event, clock: &dyn Clock, trace: RequestTrace) -> OutboxEvent {
    let name = event.name().as_str().to_owned();
    let envelope =
        Envelope::new(id.as_uuid(), clock.now().as_micros(), event).with_traceparent(trace.traceparent());
    OutboxEvent { id, name, payload: envelope.encode_to_bytes().into() }
}
