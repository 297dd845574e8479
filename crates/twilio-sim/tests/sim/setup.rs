//! A stand-in on a free port, and clients for it.

use std::time::Duration;

use deskbell_twilio::{Auth, Client, ClientSettings, Credentials, Message, NewMessage, SendError, Sender};
use deskbell_twilio_sim::{SimHandle, SimSettings, TwilioSim};
use secrecy::SecretString;
use serde_json::Value;

pub const ACCOUNT: &str = "AC00000000000000000000000000000000";
pub const TOKEN: &str = "sim-auth-token";
pub const FROM: &str = "+15005550006";
pub const TO: &str = "+15558675310";
pub const SERVICE: &str = "MG0123456789abcdef0123456789ABCDEF";

/// How long a test waits for what must happen.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// A stand-in with short steps between statuses.
pub async fn start() -> SimHandle {
    start_with(|_| {}).await
}

pub async fn start_with(change: impl FnOnce(&mut SimSettings)) -> SimHandle {
    install_tls();
    let mut settings = SimSettings::default();
    settings.behaviour.step_ms = 10;
    change(&mut settings);
    TwilioSim::start(settings).await.unwrap()
}

fn install_tls() {
    // Only the first test to get here installs the provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Deskbell's own client.
pub fn client(sim: &SimHandle, timeout: Duration) -> Client {
    let http = deskbell_twilio::http_client(timeout).unwrap();
    let credentials =
        Credentials { account_sid: ACCOUNT.to_owned(), auth: Auth::AuthToken(SecretString::from(TOKEN)) };
    Client::new(http, ClientSettings { base_url: sim.url.parse().unwrap(), credentials })
}

pub async fn send(sim: &SimHandle, to: &str, status_callback: Option<&str>) -> Result<Message, SendError> {
    let message = NewMessage {
        to: to.to_owned(),
        sender: Sender::From(FROM.to_owned()),
        body: "Hi".to_owned(),
        status_callback: status_callback.map(|url| url.parse().unwrap()),
        validity_period_s: None,
    };
    client(sim, DEADLINE).create_message(&message).await
}

/// A plain HTTP client.
pub fn http() -> reqwest::Client {
    install_tls();
    reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().unwrap()
}

/// The URL of something under the account.
pub fn api(sim: &SimHandle, rest: &str) -> String {
    format!("{}/2010-04-01/Accounts/{ACCOUNT}{rest}", sim.url)
}

/// Creates a message from form parameters; status and body of the answer.
pub async fn create(sim: &SimHandle, form: &[(&str, &str)]) -> (u16, Value) {
    let request = http().post(api(sim, "/Messages.json")).basic_auth(ACCOUNT, Some(TOKEN)).form(form);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// The form of an ordinary create request.
pub fn form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [("To", TO), ("From", FROM), ("Body", "Hi")];
    let kept = usual.into_iter().filter(|(key, _)| more.iter().all(|(other, _)| other != key));
    kept.chain(more.iter().copied()).filter(|(_, value)| *value != "-").collect()
}

/// Gets JSON from the API or, with a path under `/control`, from the control API.
pub async fn get(url: &str) -> (u16, Value) {
    let answer = http().get(url).basic_auth(ACCOUNT, Some(TOKEN)).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Waits until a condition holds, by asking again and again.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        let mut again = tokio::time::interval(Duration::from_millis(5));
        while !condition().await {
            again.tick().await;
        }
    };
    assert!(tokio::time::timeout(DEADLINE, waiting).await.is_ok(), "in vain waited until {what}");
}
