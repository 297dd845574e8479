//! The stacks that are measured: how each is started and spoken to.

mod deskbell;
mod seed;
mod service;

use std::net::SocketAddr;

use anyhow::Result;

pub use deskbell::{ADMIN_EMAIL, ADMIN_PASSWORD, Deskbell};
pub use seed::SeedStack;
pub use service::{Launch, Service};

use crate::drive::Request;
use crate::servers::Site;

/// What the customers write, after its tag. Nothing in it is urgent.
const TEXT: &str = "Hello, my kitchen tap wants to be replaced, can someone come on Thursday?";

/// A stack.
#[derive(Debug)]
pub enum Stack {
    /// This repository's three services.
    Deskbell(Deskbell),
    /// The stack that Deskbell is compared with.
    Seed(SeedStack),
}

impl Stack {
    /// For people.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deskbell(_) => "Deskbell",
            Self::Seed(_) => "seed stack",
        }
    }

    /// Whether it is this repository's.
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Deskbell(_))
    }

    /// Gives an empty site its schema, and one owner to be told of everything.
    pub async fn furnish(&self, site: &Site) -> Result<()> {
        match self {
            Self::Deskbell(_) => deskbell::furnish(site).await,
            // It makes its tables itself when it starts, and has its recipients from the environment.
            Self::Seed(_) => Ok(()),
        }
    }

    /// The server that takes the customers' messages.
    pub fn chat(&self, site: &Site) -> Launch {
        match self {
            Self::Deskbell(stack) => stack.chat(site),
            Self::Seed(stack) => stack.server(site),
        }
    }

    /// The process that sends SMS to the stand-in at `twilio`.
    pub fn notifier(&self, site: &Site, twilio: SocketAddr) -> Launch {
        match self {
            Self::Deskbell(stack) => stack.notifier(site, twilio),
            Self::Seed(stack) => stack.notifier(site, twilio),
        }
    }

    /// How a message gets to the server: stored, with an event each, before it is answered.
    pub fn request(&self, server: SocketAddr) -> Request {
        match self {
            Self::Deskbell(_) => deskbell::request(server),
            Self::Seed(_) => seed::request(server),
        }
    }
}
