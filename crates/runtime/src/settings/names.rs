//! The names of settings in the environment: short ones for what most installations set, `DESKBELL__SECTION__KEY` for all.

use std::borrow::Cow;

/// What the long form of every name begins with.
pub(super) const PREFIX: &str = "DESKBELL__";

/// Short environment names and the keys they stand for.
pub const SHORT_NAMES: &[(&str, &str)] = &[
    ("TWILIO_ACCOUNT_SID", "twilio.account_sid"),
    ("TWILIO_AUTH_TOKEN", "twilio.auth_token"),
    ("TWILIO_PHONE_NUMBER", "twilio.phone_number"),
    ("TWILIO_MESSAGING_SERVICE_SID", "twilio.messaging_service_sid"),
    ("TWILIO_API_KEY_SID", "twilio.api_key_sid"),
    ("TWILIO_API_KEY_SECRET", "twilio.api_key_secret"),
    ("TWILIO_API_BASE_URL", "twilio.api_base_url"),
    ("ENABLE_SMS_NOTIFICATIONS", "notifications.enabled"),
    ("OWNER_PHONE_NUMBER", "notifications.owner_phone_number"),
    ("MANAGER_PHONE_NUMBERS", "notifications.manager_phone_numbers"),
    ("SMS_NOTIFICATION_TYPES", "notifications.types"),
    ("BUSINESS_NAME", "notifications.business_name"),
    ("DEFAULT_COUNTRY", "notifications.default_country"),
    ("DATABASE_URL", "database.url"),
    ("AMQP_URL", "bus.url"),
    ("PUBLIC_CHAT_URL", "public.chat_url"),
    ("PUBLIC_ADMIN_URL", "public.admin_url"),
    ("PUBLIC_NOTIFIER_URL", "public.notifier_url"),
    ("ADMIN_EMAIL", "admin.email"),
    ("ADMIN_PASSWORD", "admin.password"),
    ("ALLOWED_ORIGINS", "chat_api.allowed_origins"),
    ("CHAT_API_BIND", "chat_api.bind"),
    ("ADMIN_API_BIND", "admin_api.bind"),
    ("SMS_NOTIFIER_BIND", "sms_notifier.bind"),
    ("RUST_LOG", "telemetry.filter"),
];

/// The name a person sets this key by in the environment: the short one where there is one.
pub fn environment_name(key: &str) -> Cow<'static, str> {
    match SHORT_NAMES.iter().find(|(_, candidate)| *candidate == key) {
        Some((name, _)) => Cow::Borrowed(name),
        None => Cow::Owned(format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())),
    }
}

/// The key that an environment variable stands for; `None` when the variable is none of ours.
pub(super) fn key_of(variable: &str) -> Option<Cow<'static, str>> {
    if let Some(long) = variable.strip_prefix(PREFIX) {
        return Some(Cow::Owned(long.to_lowercase().replace("__", ".")));
    }
    SHORT_NAMES.iter().find(|(name, _)| *name == variable).map(|(_, key)| Cow::Borrowed(*key))
}
