//! What is measured, as one list: name, unit, and the bar it has to clear.

/// A figure that is measured.
#[derive(Debug, PartialEq)]
pub struct Figure {
    /// For people.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
    /// What it has to reach.
    pub bar: Bar,
}

/// What a figure has to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// Nothing; it is shown for what it tells about the others.
    None,
    /// At least so many times the other stack's.
    TimesAtLeast(f64),
    /// At most so many times the other stack's.
    TimesAtMost(f64),
    /// At most this, by itself.
    AtMost(f64),
}

const fn figure(name: &'static str, unit: &'static str, bar: Bar) -> Figure {
    Figure { name, unit, bar }
}

pub static INGEST_RATE: Figure = figure("durable messages, an event each", "1/s", Bar::TimesAtLeast(3.0));
pub static INGEST_CPU: Figure = figure("server CPU per message", "µs", Bar::TimesAtMost(0.2));
pub static INGEST_DATABASE_CPU: Figure = figure("PostgreSQL CPU per message", "µs", Bar::None);
pub static INGEST_P50: Figure = figure("acknowledgement under that load, p50", "ms", Bar::None);
pub static INGEST_P99: Figure = figure("acknowledgement under that load, p99", "ms", Bar::None);
pub static INGEST_MEMORY: Figure = figure("server memory right after that load", "MB", Bar::None);
pub static LONE_P50: Figure = figure("acknowledgement at one connection, p50", "ms", Bar::TimesAtMost(0.5));
pub static LONE_P99: Figure = figure("acknowledgement at one connection, p99", "ms", Bar::None);
pub static SMS_P50: Figure = figure("POST to SMS, p50", "ms", Bar::TimesAtMost(0.75));
pub static SMS_P99: Figure = figure("POST to SMS, p99", "ms", Bar::None);
pub static SMS_MISSING: Figure = figure("SMS that did not come", "", Bar::AtMost(0.0));
pub static DRAIN_RATE: Figure = figure("SMS drained, 10 in flight", "1/s", Bar::TimesAtLeast(5.0));
pub static IDLE_MEMORY: Figure = figure("idle memory, chat-api + sms-notifier", "MB", Bar::AtMost(35.0));
pub static IDLE_SHARE: Figure = figure("the same, shared pages counted once", "MB", Bar::None);
pub static START: Figure = figure("cold start to first answer", "ms", Bar::AtMost(80.0));
pub static HISTORY_FIRST: Figure = figure("history, first page, large : small", "×", Bar::AtMost(1.3));
pub static HISTORY_LAST: Figure = figure("history, last page, large : small", "×", Bar::AtMost(1.3));
pub static INBOX_FIRST: Figure = figure("inbox, first page, large : small", "×", Bar::AtMost(1.3));
pub static INBOX_WAITING: Figure = figure("inbox, waiting chats, large : small", "×", Bar::AtMost(1.3));
pub static INBOX_DEEP: Figure = figure("inbox, half-way down, large : small", "×", Bar::AtMost(1.3));
pub static HISTORY_MS: Figure = figure("history, last page, large", "ms", Bar::None);
pub static INBOX_MS: Figure = figure("inbox, first page, large", "ms", Bar::None);
pub static WRITES_RATIO: Figure = figure("durable messages, large : small", "×", Bar::None);
