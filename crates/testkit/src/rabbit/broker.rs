//! Virtual hosts, and whatever else the management interface can do.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use serde_json::{Value, json};

use crate::management;

/// Where a broker is.
#[derive(Debug, Clone)]
pub struct Broker {
    amqp_port: u16,
    management_port: u16,
}

/// A virtual host for one test, deleted with this value.
#[derive(Debug)]
pub struct TestVhost {
    broker: Broker,
    name: String,
}

impl Broker {
    pub(crate) fn at(amqp_port: u16, management_port: u16) -> Self {
        Self { amqp_port, management_port }
    }

    /// The URL of the management interface.
    pub fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.management_port)
    }

    /// The URL of a virtual host, for the user `guest`.
    pub fn url(&self, vhost: &str) -> String {
        self.url_for("guest", "guest", vhost)
    }

    /// The URL of a virtual host for another user.
    pub fn url_for(&self, user: &str, password: &str, vhost: &str) -> String {
        let vhost = vhost.replace('/', "%2f");
        format!("amqp://{user}:{password}@127.0.0.1:{}/{vhost}", self.amqp_port)
    }

    /// Creates a virtual host whose name nobody else has.
    ///
    /// # Errors
    /// When the broker cannot be reached.
    pub fn create_test_vhost(&self) -> Result<TestVhost> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{}-{count}", std::process::id());
        self.put(&format!("/api/vhosts/{name}"), &json!({}))?;
        let all = json!({ "configure": ".*", "write": ".*", "read": ".*" });
        self.put(&format!("/api/permissions/{name}/guest"), &all)?;
        Ok(TestVhost { broker: self.clone(), name })
    }

    /// Asks the management interface.
    ///
    /// # Errors
    /// What it says, when it does not answer with success.
    pub fn get(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_str(&management::call(self.management_port, "GET", path, None)?)?)
    }

    /// Puts something there through the management interface.
    ///
    /// # Errors
    /// What it says, when it does not answer with success.
    pub fn put(&self, path: &str, body: &Value) -> Result<()> {
        management::call(self.management_port, "PUT", path, Some(body)).map(drop)
    }

    /// Posts something to the management interface.
    ///
    /// # Errors
    /// What it says, when it does not answer with success.
    pub fn post(&self, path: &str, body: &Value) -> Result<()> {
        management::call(self.management_port, "POST", path, Some(body)).map(drop)
    }

    /// Deletes something through the management interface.
    ///
    /// # Errors
    /// What it says, when it does not answer with success.
    pub fn delete(&self, path: &str) -> Result<()> {
        management::call(self.management_port, "DELETE", path, None).map(drop)
    }
}

impl TestVhost {
    /// Its URL, for the user `guest`.
    pub fn url(&self) -> String {
        self.broker.url(&self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The broker it is on.
    pub fn broker(&self) -> &Broker {
        &self.broker
    }
}

impl Drop for TestVhost {
    fn drop(&mut self) {
        // Fails when the broker is down, and then the virtual host goes with the broker's folder.
        let _ = self.broker.delete(&format!("/api/vhosts/{}", self.name));
    }
}
