//! The stack that Deskbell is compared with: a server and a notifier of its own for node, in a folder made ready to run.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

use super::TEXT;
use super::service::{Launch, Ready, free_address};
use crate::drive::Request;
use crate::http::post_json;
use crate::servers::Site;
use crate::tag;

/// Visitors who write in turn; each message of theirs is urgent, so that each raises an event.
const VISITORS: u64 = 2_000;

/// Where it is.
#[derive(Debug)]
pub struct SeedStack {
    folder: PathBuf,
}

impl SeedStack {
    /// With its packages installed.
    pub const fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn server(&self, site: &Site) -> Launch {
        self.launch(site, "src/server.js", Ready::Answers("/health"))
    }

    pub(super) fn notifier(&self, site: &Site, twilio: SocketAddr) -> Launch {
        let mut launch = self.launch(site, "src/notifier.js", Ready::Writes("ready"));
        launch.command.env("TWILIO_BASE_URL", format!("http://{twilio}"));
        launch
    }

    fn launch(&self, site: &Site, script: &'static str, ready: Ready) -> Launch {
        let address = free_address();
        let mut command = Command::new("node");
        command
            .arg(script)
            .current_dir(&self.folder)
            .env("PORT", address.port().to_string())
            .env("DATABASE_URL", site.database.url())
            .env("AMQP_URL", site.vhost.url());
        Launch { command, name: script, address, alive: "/health", ready }
    }
}

pub(super) fn request(server: SocketAddr) -> Request {
    Rc::new(move |number| {
        let visitor = scatter(number) % VISITORS;
        let json = format!(
            r#"{{"visitorId":"visitor-{visitor}","name":"Visitor {visitor}","body":"{} {TEXT}","urgent":true}}"#,
            tag::write(number)
        );
        post_json("/api/chat/messages", server, &json)
    })
}

/// SplitMix64: spreads consecutive numbers evenly.
const fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
