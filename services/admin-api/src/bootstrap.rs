//! The first start: an empty database gets its first user, settings and recipients. Afterwards the database rules, and
//! the environment's numbers and types are passed over. Several processes may start at once; each thing is done by one.

use anyhow::{Context as _, bail, ensure};
use deskbell_domain::recipient::{Recipient, RecipientRole};
use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{Clock, RecipientId, UserId};
use deskbell_runtime::Settings;
use deskbell_runtime::settings::FirstRecipients;
use deskbell_store::Store;
use deskbell_store::model::user::{User, UserRole};
use rand::seq::IndexedRandom as _;
use secrecy::SecretString;
use serde_json::json;

use crate::audit::{self, Actor};
use crate::passwords::{NewPassword, Passwords};

const DEFAULT_EMAIL: &str = "admin@localhost";
/// Without characters that look like others. 20 of them hold 115 bits.
const PASSWORD_ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
const PASSWORD_GROUPS: usize = 4;
const PASSWORD_GROUP_CHARS: usize = 5;

pub(crate) async fn run(
    settings: &Settings,
    store: &Store,
    clock: &dyn Clock,
    passwords: &Passwords,
) -> anyhow::Result<()> {
    first_content(settings, store, clock).await?;
    first_user(settings, store, clock, passwords).await.context("the first user cannot be added")
}

/// Adds an ADMIN; for the command line.
///
/// # Errors
/// When the mail address or the password will not do, or the address is taken.
pub async fn create_admin(
    store: &Store,
    clock: &dyn Clock,
    email: &str,
    password: SecretString,
) -> anyhow::Result<()> {
    let email = email.trim().to_lowercase();
    ensure!(is_address(&email), "{email:?} is not a mail address");
    let password = NewPassword::try_from(password).context("the password")?;
    let passwords = Passwords::prepare().await?;
    if !add_admin(store, clock, &passwords, &email, password, "command line").await? {
        bail!("there is a user {email} already");
    }
    Ok(())
}

/// Whether a text has the shape of a mail address; `admin@localhost` is one.
pub(crate) fn is_address(email: &str) -> bool {
    email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

async fn first_user(
    settings: &Settings,
    store: &Store,
    clock: &dyn Clock,
    passwords: &Passwords,
) -> anyhow::Result<()> {
    if store.count_users().await? > 0 {
        return Ok(());
    }
    let email = settings.admin.email.as_deref().unwrap_or(DEFAULT_EMAIL).trim().to_lowercase();
    if let Some(password) = &settings.admin.password {
        let password = NewPassword::try_from(password.clone()).context("ADMIN_PASSWORD")?;
        if add_admin(store, clock, passwords, &email, password, "first start").await? {
            tracing::info!(
                user.email = email,
                "the first user was added, with the password in ADMIN_PASSWORD"
            );
        }
        return Ok(());
    }
    let generated = generated_password();
    let password = NewPassword::try_from(SecretString::from(generated.clone()))?;
    if add_admin(store, clock, passwords, &email, password, "first start").await? {
        show_once(&settings.public.admin_url, &email, &generated);
    }
    Ok(())
}

async fn add_admin(
    store: &Store,
    clock: &dyn Clock,
    passwords: &Passwords,
    email: &str,
    password: NewPassword,
    by: &str,
) -> anyhow::Result<bool> {
    let user = User {
        id: UserId::mint(clock),
        email: email.to_owned(),
        name: email.split('@').next().unwrap_or(email).to_owned(),
        role: UserRole::Admin,
        password_hash: passwords.hash(password).await?,
        created_at: clock.now(),
        disabled_at: None,
    };
    let detail = json!({ "email": user.email, "role": user.role.as_str() });
    let entry = audit::entry(clock, &Actor::machine(by), "user.create", format!("user:{}", user.id), detail);
    Ok(store.add_user_audited(&user, &entry).await?)
}

/// A password that nobody can guess, for whoever did not choose one.
pub fn generated_password() -> String {
    let mut rng = rand::rng();
    let mut group = || -> String {
        (0..PASSWORD_GROUP_CHARS)
            .map(|_| char::from(*PASSWORD_ALPHABET.choose(&mut rng).expect("the alphabet is not empty")))
            .collect()
    };
    (0..PASSWORD_GROUPS).map(|_| group()).collect::<Vec<_>>().join("-")
}

fn show_once(url: &impl std::fmt::Display, email: &str, password: &str) {
    tracing::warn!(
        "the first user was added. This password is shown once and stored nowhere:\n\
         \n    address   {url}\
         \n    mail      {email}\
         \n    password  {password}\n\
         \n    Set ADMIN_EMAIL and ADMIN_PASSWORD before the first start to choose your own.\n"
    );
}

async fn first_content(settings: &Settings, store: &Store, clock: &dyn Clock) -> anyhow::Result<()> {
    if store.settings().await?.version > 0 {
        return Ok(());
    }
    let first = &settings.notifications;
    let content = NotificationSettings {
        business_name: first.business_name.trim().to_owned(),
        types: first.types.iter().copied().collect(),
        ..NotificationSettings::default()
    };
    content.validate().context("BUSINESS_NAME, SMS_NOTIFICATION_TYPES")?;
    let people = without_repeats(first.first_recipients()?, clock);
    if store.seed(&content, &people, clock.now()).await? {
        tracing::info!(
            recipients = people.len(),
            "the settings of the first start were stored; from now on the panel's count"
        );
    }
    Ok(())
}

/// The owner first. Whoever is listed twice is one recipient.
fn without_repeats(numbers: FirstRecipients, clock: &dyn Clock) -> Vec<Recipient> {
    let owner = numbers.owner.map(|phone| (RecipientRole::Owner, phone));
    let managers = numbers.managers.into_iter().map(|phone| (RecipientRole::Manager, phone));
    let mut people: Vec<Recipient> = Vec::new();
    for (role, phone) in owner.into_iter().chain(managers) {
        if people.iter().any(|known| known.phone == phone) {
            continue;
        }
        let count = people.iter().filter(|known| known.role == role).count();
        let name = match (role, count) {
            (RecipientRole::Owner, _) => "Owner".to_owned(),
            (RecipientRole::Manager, before) => format!("Manager {}", before + 1),
        };
        people.push(Recipient {
            id: RecipientId::mint(clock),
            name,
            phone,
            role,
            types: None,
            position: i32::try_from(people.len()).unwrap_or(i32::MAX),
            verified_at: Some(clock.now()),
            disabled_reason: None,
            created_at: clock.now(),
        });
    }
    people
}
