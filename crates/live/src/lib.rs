//! What real time is made of: WebSocket connections that cost next to nothing while they are idle, a mailbox for each,
//! the rooms in which they follow conversations, and the hints by which processes tell each other what to read again.
//!
//! The database is the truth: rooms hand out what was committed, in order and without gap; hints and rooms only say that
//! there is something to read. What is said over a connection is the business of the service that holds it.

mod connection;
mod frame;
mod handshake;
pub mod hint;
mod mailbox;
mod roll;
mod rooms;

pub use connection::{Connection, End, Event, turn_away};
pub use frame::{CloseCode, Frame};
pub use handshake::accept;
pub use mailbox::{MAIL_MAX, Mail, Mailbox};
pub use roll::{Place, Roll, RollLimits};
pub use rooms::{Follower, News, Rooms, RoomsOptions, Seat, Standing, Wording};
