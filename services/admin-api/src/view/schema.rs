//! How the OpenAPI document describes values whose types belong to the domain. Nothing here is ever made.
#![expect(dead_code, reason = "the fields are read by the derive alone")]

use utoipa::ToSchema;

/// Slots of local time.
#[derive(ToSchema)]
pub(crate) struct OpeningHours {
    /// An IANA name.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    weekly: Weekly,
    /// Dates on which no slot begins.
    #[schema(required = false, example = json!(["2026-12-25"]))]
    holidays: Vec<String>,
}

/// Slots of local time in which only urgent notices are sent.
#[derive(ToSchema)]
pub(crate) struct QuietHours {
    /// An IANA name.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    weekly: Weekly,
}

/// Slots by day; a day that is left out has none.
#[derive(ToSchema)]
struct Weekly {
    #[schema(required = false)]
    monday: Vec<Slot>,
    #[schema(required = false)]
    tuesday: Vec<Slot>,
    #[schema(required = false)]
    wednesday: Vec<Slot>,
    #[schema(required = false)]
    thursday: Vec<Slot>,
    #[schema(required = false)]
    friday: Vec<Slot>,
    #[schema(required = false)]
    saturday: Vec<Slot>,
    #[schema(required = false)]
    sunday: Vec<Slot>,
}

/// One slot; an end that is not after the start lies on the next day.
#[derive(ToSchema)]
struct Slot {
    #[schema(example = "08:00")]
    from: String,
    #[schema(example = "18:00")]
    to: String,
}

/// A type of notice.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum NoticeType {
    NewChat,
    UrgentChat,
    OfflineHours,
    UnassignedChat,
}

/// What a recipient is to the company.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum RecipientRole {
    Owner,
    Manager,
}

/// Where a conversation stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ConversationStatus {
    Waiting,
    Open,
    Closed,
}

/// Who wrote a message.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Author {
    Visitor,
    Agent,
}

/// What a user may do.
#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
pub(crate) enum UserRole {
    Admin,
    Agent,
}

/// Where a delivery stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    Ready,
    Sending,
    Ambiguous,
    Accepted,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Unknown,
    Suppressed,
    Simulated,
}
