//! The text of an SMS: which characters it may use, what it costs, and how a notice is worded.

pub mod gsm7;
mod segments;
mod text;
mod transliterate;
mod unlink;

pub use segments::{Encoding, SegmentCount, count};
pub use text::{Budget, ComposeInput, Headline, SmsText};
pub use transliterate::to_gsm7;
