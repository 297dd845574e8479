//! The events that travel over the broker: generated types, their envelope and their names.
//!
//! The contract is `proto-schemas/`; this crate adds what Rust code needs to write and read it safely. It knows
//! nothing about brokers and does no I/O. An envelope is read from untrusted bytes: [`v1::Envelope::decode`] has
//! a bound, never panics, and tells apart what its caller must treat differently ([`DecodeError`]).
//!
//! Fields that are newer than this build are skipped when an envelope is decoded. Whoever passes a message on
//! passes on the bytes it received, never a re-encoded envelope, so nothing of them gets lost.

mod chat;
mod envelope;
mod name;

pub use chat::ChatView;
pub use envelope::{DecodeError, MAX_ENVELOPE_BYTES};
pub use name::{EventName, UnknownEventName};

/// Version 1 of the schema, generated from `proto-schemas/deskbell/events/v1`.
#[expect(clippy::too_many_lines, reason = "the code is generated")]
pub mod v1 {
    pub use self::envelope::Event;

    include!(concat!(env!("OUT_DIR"), "/deskbell.events.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/deskbell.events.v1.serde.rs"));
}
