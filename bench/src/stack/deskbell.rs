//! This repository's services, with the settings a user begins with, except for limits that one client would meet.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

use anyhow::Result;
use deskbell_domain::phone::PhoneNumber;
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::settings::{DAILY_CAP_SEGMENTS_MAX, NotificationSettings};
use deskbell_domain::{Clock as _, RecipientId, SystemClock};
use deskbell_store::{Store, StoreOptions};
use deskbell_testkit::workspace_binary;

use super::TEXT;
use super::service::{Launch, Ready, free_address};
use crate::drive::Request;
use crate::http::post_json;
use crate::servers::Site;
use crate::tag;

const OWNER_PHONE: &str = "+14155552671";
/// Who logs in to the panel.
pub const ADMIN_EMAIL: &str = "owner@example.com";
/// With what.
pub const ADMIN_PASSWORD: &str = "bench only, bench only";
/// All requests come from one address here. High enough to be met by none, low enough for the limiters to count.
const LIMIT: &str = "1000000000";
/// The stand-in takes messages as fast as they come.
const SEGMENTS_PER_SECOND: &str = "1000000";

/// The programs, as they were built.
#[derive(Debug)]
pub struct Deskbell {
    folder: PathBuf,
}

impl Deskbell {
    /// Those beside the running program.
    ///
    /// # Panics
    /// When they have not been built.
    pub fn built() -> Self {
        let programs = ["chat-api", "sms-notifier", "admin-api"].map(workspace_binary);
        Self { folder: programs[0].parent().expect("a file lies in a folder").to_owned() }
    }

    pub(super) fn chat(&self, site: &Site) -> Launch {
        self.launch(site, "chat-api", "CHAT_API_BIND")
    }

    pub(super) fn notifier(&self, site: &Site, twilio: SocketAddr) -> Launch {
        let mut launch = self.launch(site, "sms-notifier", "SMS_NOTIFIER_BIND");
        launch
            .command
            .env("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000")
            .env("TWILIO_AUTH_TOKEN", "token")
            .env("TWILIO_PHONE_NUMBER", "+15005550006")
            .env("TWILIO_API_BASE_URL", format!("http://{twilio}"))
            .env("DESKBELL__NOTIFIER__SEGMENTS_PER_SECOND", SEGMENTS_PER_SECOND);
        launch
    }

    /// The panel's API.
    pub fn admin(&self, site: &Site) -> Launch {
        let mut launch = self.launch(site, "admin-api", "ADMIN_API_BIND");
        launch.command.env("ADMIN_EMAIL", ADMIN_EMAIL).env("ADMIN_PASSWORD", ADMIN_PASSWORD);
        launch
    }

    fn launch(&self, site: &Site, name: &'static str, bind: &str) -> Launch {
        let address = free_address();
        let mut command = Command::new(self.folder.join(name));
        command
            .current_dir(&self.folder)
            .env(bind, address.to_string())
            .env("DATABASE_URL", site.database.url())
            .env("AMQP_URL", site.vhost.url())
            .env("DESKBELL__CHAT_API__CONVERSATIONS_PER_IP_PER_HOUR", LIMIT)
            .env("DESKBELL__CHAT_API__MESSAGES_PER_IP_PER_MINUTE", LIMIT)
            .env("DESKBELL__CHAT_API__READS_PER_IP_PER_MINUTE", LIMIT)
            .env("DESKBELL__ADMIN_API__REQUESTS_PER_IP_PER_MINUTE", LIMIT);
        Launch { command, name, address, alive: "/healthz", ready: Ready::Answers("/readyz") }
    }
}

pub(super) async fn furnish(site: &Site) -> Result<()> {
    let store = Store::open(&StoreOptions::new(site.database.url()))?;
    store.migrate().await?;
    let now = SystemClock.now();
    let settings = NotificationSettings {
        daily_cap_segments: DAILY_CAP_SEGMENTS_MAX,
        ..NotificationSettings::default()
    };
    let owner = Recipient {
        id: RecipientId::mint(&SystemClock),
        name: "Owner".to_owned(),
        phone: PhoneNumber::from_e164_stored(OWNER_PHONE)?,
        role: RecipientRole::Owner,
        types: None,
        position: 0,
        verified_at: Some(now),
        disabled_reason: None,
        created_at: now,
    };
    store.seed(&settings, &[owner], now).await?;
    Ok(())
}

/// A new conversation for each message.
pub(super) fn request(server: SocketAddr) -> Request {
    // Other than those of earlier runs on the same database.
    let run: u32 = rand::random();
    Rc::new(move |number| {
        let (high, low) = ((number >> 48) & 0xfff, number & 0xffff_ffff_ffff);
        let json = format!(
            r#"{{"client_message_id":"{run:08x}-0000-4{high:03x}-8000-{low:012x}","name":"Visitor {number}","body":"{} {TEXT}"}}"#,
            tag::write(number)
        );
        post_json("/api/v1/conversations", server, &json)
    })
}
