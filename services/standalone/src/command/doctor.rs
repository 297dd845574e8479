//! `deskbell doctor`: each thing an installation needs, whether it is there, and how to mend it.

use anyhow::bail;
use deskbell_domain::{Clock as _, SystemClock};
use deskbell_relay::{open_bus, open_store};
use deskbell_runtime::Settings;
use deskbell_runtime::settings::{SmsChannel, TwilioAccount};
use deskbell_store::{Store, StoreError, StoreResult};
use deskbell_twilio::{Auth, Client, ClientSettings, Credentials, ReadError, http_client};
use tokio_util::sync::CancellationToken;

use super::say;

/// How long the broker may take to answer.
const BROKER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// What was found about one thing.
enum Finding {
    Good(String),
    /// It works, but somebody should know.
    Note(String),
    /// It does not work; the text says how to mend it.
    Bad(String),
}

pub(super) async fn execute(settings: &Settings, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let mut findings =
        vec![("Database", database(settings, shutdown).await), ("Broker", broker(settings).await)];
    findings.extend(sms(settings).await);
    if let Ok(store) = open_store(settings, shutdown).await {
        findings.extend(people(&store).await);
    }
    let mut bad = 0;
    for (what, finding) in findings {
        let (mark, text) = match finding {
            Finding::Good(text) => ("ok  ", text),
            Finding::Note(text) => ("note", text),
            Finding::Bad(text) => {
                bad += 1;
                ("FAIL", text)
            }
        };
        say(format_args!("{mark}  {what}: {text}"))?;
    }
    if bad > 0 {
        bail!("{bad} of these must be mended before Deskbell can do its job");
    }
    Ok(())
}

async fn database(settings: &Settings, shutdown: &CancellationToken) -> Finding {
    match open_store(settings, shutdown).await {
        Ok(_) => Finding::Good("reached, and its schema is the right one".into()),
        Err(error) => {
            Finding::Bad(format!("{error:#}. Start it, mend DATABASE_URL, or run `deskbell migrate`."))
        }
    }
}

async fn broker(settings: &Settings) -> Finding {
    let bus = match open_bus(settings, "doctor", deskbell_bus::Role::LiveOnly) {
        Ok(bus) => bus,
        Err(error) => return Finding::Bad(format!("{error:#}")),
    };
    let reached = tokio::time::timeout(BROKER_PATIENCE, bus.wait_connected()).await.is_ok();
    let last_error = bus.health().last_error.unwrap_or_default();
    bus.close().await;
    if reached {
        Finding::Good(
            if settings.bus.is_memory() { "not needed, events stay in this process" } else { "reached" }
                .into(),
        )
    } else {
        Finding::Bad(format!("not reached: {last_error}. Start RabbitMQ, or mend AMQP_URL."))
    }
}

async fn sms(settings: &Settings) -> Vec<(&'static str, Finding)> {
    let account = match settings.sms_channel() {
        Ok(SmsChannel::Twilio(account)) => account,
        Ok(SmsChannel::DryRun { reason }) => {
            return vec![("SMS", Finding::Note(format!("nothing is sent, only shown: {reason}")))];
        }
        Err(error) => return vec![("SMS", Finding::Bad(error.to_string()))],
    };
    let callbacks = match &settings.public.notifier_url {
        None => Finding::Note(
            "PUBLIC_NOTIFIER_URL is not set: SMS stay \"accepted\", nobody learns whether they arrived"
                .into(),
        ),
        Some(url) if url.scheme() != "https" => {
            Finding::Note(format!("PUBLIC_NOTIFIER_URL is {url}: Twilio should be given an https address"))
        }
        Some(url) => Finding::Good(format!("Twilio reports to {url}")),
    };
    vec![("Twilio account", twilio(&account).await), ("Twilio callbacks", callbacks)]
}

async fn twilio(account: &TwilioAccount) -> Finding {
    let auth = account.api_key.as_ref().map_or_else(
        || Auth::AuthToken(account.auth_token.clone()),
        |key| Auth::ApiKey { sid: key.sid.clone(), secret: key.secret.clone() },
    );
    let credentials = Credentials { account_sid: account.account_sid.clone(), auth };
    let settings = ClientSettings { base_url: account.api_base_url.clone(), credentials };
    let client = match http_client(account.request_timeout) {
        Ok(http) => Client::new(http, settings),
        Err(error) => return Finding::Bad(error.to_string()),
    };
    match client.fetch_account().await {
        Ok(found) if found.status.as_deref().is_some_and(|status| status != "active") => {
            Finding::Bad(format!("it is {}: look at Twilio's console", found.status.unwrap_or_default()))
        }
        Ok(found) if found.kind.as_deref() == Some("Trial") => Finding::Note(
            "it is a trial account: SMS go to verified numbers only and begin with a sentence of Twilio's"
                .into(),
        ),
        Ok(_) => Finding::Good("active, and the credentials are right".into()),
        Err(ReadError::Api { status: 401 | 403, .. }) => Finding::Bad(
            "the credentials are refused: mend TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or the API key)"
                .into(),
        ),
        Err(error) => Finding::Bad(format!("{error}. Look at TWILIO_API_BASE_URL and at the network.")),
    }
}

/// What the database holds. A service's own database user may not see all of it, which is no fault.
async fn people(store: &Store) -> Vec<(&'static str, Finding)> {
    let mut findings = vec![
        ("Recipients", recipients(store).await.unwrap_or_else(|error| hidden(&error))),
        ("Users", users(store).await.unwrap_or_else(|error| hidden(&error))),
    ];
    findings.extend(notices(store).await.unwrap_or_else(|error| vec![("Notices", hidden(&error))]));
    findings
}

fn hidden(error: &StoreError) -> Finding {
    Finding::Note(format!(
        "not known ({error}): run this with the DATABASE_URL that `deskbell migrate` is given"
    ))
}

async fn recipients(store: &Store) -> StoreResult<Finding> {
    let recipients = store.recipients().await?;
    let reachable = recipients
        .iter()
        .filter(|person| person.verified_at.is_some() && person.disabled_reason.is_none())
        .count();
    Ok(match reachable {
        0 => Finding::Bad(
            "nobody can be texted: add the owner's number in the panel, or set OWNER_PHONE_NUMBER".into(),
        ),
        _ => Finding::Good(format!("{reachable} of {} can be texted", recipients.len())),
    })
}

async fn users(store: &Store) -> StoreResult<Finding> {
    Ok(match store.count_users().await? {
        0 => Finding::Bad("nobody can log in: run `deskbell admin create EMAIL`".into()),
        _ => Finding::Good("somebody can log in".into()),
    })
}

async fn notices(store: &Store) -> StoreResult<Vec<(&'static str, Finding)>> {
    let now = SystemClock.now();
    let health = store.notice_health(now).await?;
    let late = health.oldest_due_at.map(|due_at| now.since(due_at).as_secs()).filter(|age| *age > 5);
    let notices = match late {
        Some(age) => {
            Finding::Bad(format!("the oldest due notice has waited for {age} s: is sms-notifier running?"))
        }
        None => Finding::Good("none is late".into()),
    };
    let letters = match health.quarantined {
        0 => Finding::Good("none".into()),
        count => Finding::Note(format!("{count}: see `deskbell dead-letters list`")),
    };
    Ok(vec![("Notices", notices), ("Dead letters", letters)])
}
