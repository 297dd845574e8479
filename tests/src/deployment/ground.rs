//! What a deployment stands on: a file and no broker, or a database and a virtual host of its own.

use std::path::Path;

use deskbell_testkit::{TestDatabase, TestVhost, shared};

use crate::{Mode, Setup};

#[derive(Debug)]
pub(super) struct Ground {
    database_url: String,
    amqp_url: String,
    /// Dropped with this.
    _database: Option<TestDatabase>,
    _vhost: Option<TestVhost>,
}

impl Ground {
    pub(super) fn take(mode: Mode, setup: &Setup, folder: &Path) -> Self {
        if mode == Mode::Embedded {
            let database_url = format!("sqlite://{}", folder.join("deskbell.sqlite").display());
            return Self { database_url, amqp_url: "memory:".to_owned(), _database: None, _vhost: None };
        }
        let database = setup.database_url.is_none().then(shared::database);
        let vhost = setup.amqp_url.is_none().then(shared::vhost);
        let own_database = database.as_ref().map(|database| database.url().to_owned());
        let own_vhost = vhost.as_ref().map(TestVhost::url);
        Self {
            database_url: setup.database_url.clone().or(own_database).expect("one of the two is there"),
            amqp_url: setup.amqp_url.clone().or(own_vhost).expect("one of the two is there"),
            _database: database,
            _vhost: vhost,
        }
    }

    pub(super) fn database_url(&self) -> &str {
        &self.database_url
    }

    pub(super) fn amqp_url(&self) -> &str {
        &self.amqp_url
    }
}
