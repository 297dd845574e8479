//! Settings as an operator meets them: what works, and what the process says when something does not.

use deskbell_runtime::settings::{
    DryRunReason, ForwardedHeader, LogFormat, Settings, SettingsError, SettingsFile, SmsChannel, SmsSender,
};
use secrecy::ExposeSecret;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const API_KEY: &str = "SK0123456789abcdef0123456789abcdef";

fn environment(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_sources(None, environment(variables))
}

fn load_with_file(text: &str, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let file = SettingsFile { name: "deskbell.toml".to_owned(), text: text.to_owned() };
    Settings::from_sources(Some(file), environment(variables))
}

fn refusal(result: Result<Settings, SettingsError>) -> String {
    result.expect_err("these settings are broken").to_string()
}

#[test]
fn the_defaults_are_complete_and_need_no_account_and_no_server() {
    let settings = load(&[]).unwrap();
    assert_eq!(settings.database.url.expose_secret(), "sqlite://data/deskbell.sqlite");
    assert_eq!(settings.bus.url.expose_secret(), "memory:");
    assert_eq!(settings.chat_api.bind.port(), 8080);
    assert_eq!(settings.admin_api.bind.port(), 8081);
    assert_eq!(settings.sms_notifier.bind.port(), 8082);
    let SmsChannel::DryRun { reason } = settings.sms_channel().unwrap() else { panic!("no account is set") };
    assert_eq!(reason, DryRunReason::NoAccount);
}

#[test]
fn the_short_names_work_as_they_stand_with_or_without_quotes() {
    let settings = load(&[
        ("TWILIO_ACCOUNT_SID", &format!("\"{ACCOUNT}\"")),
        ("TWILIO_AUTH_TOKEN", "\"the token\""),
        ("TWILIO_PHONE_NUMBER", "'+14155550100'"),
        ("ENABLE_SMS_NOTIFICATIONS", "\"true\""),
        ("OWNER_PHONE_NUMBER", " +14155550101 "),
        ("MANAGER_PHONE_NUMBERS", "\"+14155550102, +14155550103,\""),
        ("SMS_NOTIFICATION_TYPES", "new_chat,urgent_chat,offline_hours"),
    ])
    .unwrap();
    assert_eq!(settings.notifications.owner_phone_number.as_deref(), Some("+14155550101"));
    assert_eq!(settings.notifications.manager_phone_numbers, ["+14155550102", "+14155550103"]);
    let types: Vec<&str> = settings.notifications.types.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(types, ["new_chat", "urgent_chat", "offline_hours"]);
    let SmsChannel::Twilio(account) = settings.sms_channel().unwrap() else {
        panic!("the account is complete")
    };
    assert_eq!(account.account_sid, ACCOUNT);
    assert_eq!(account.auth_token.expose_secret(), "the token");
    assert_eq!(account.sender, SmsSender::PhoneNumber("+14155550100".to_owned()));
    assert_eq!(account.request_timeout.as_secs(), 10);
}

#[test]
fn every_key_can_be_set_by_its_long_name_which_beats_the_short_one_which_beats_the_file() {
    let file = "[chat_api]\nbind = \"127.0.0.1:1\"\nworkers = 3\n[notifier]\nsegments_per_second = 3\n";
    let settings = load_with_file(file, &[("CHAT_API_BIND", "127.0.0.1:2")]).unwrap();
    assert_eq!(settings.chat_api.bind.port(), 2);
    assert_eq!(settings.chat_api.workers, 3);
    assert!((settings.notifier.segments_per_second - 3.0).abs() < f64::EPSILON);
    let both = [("DESKBELL__CHAT_API__BIND", "[::1]:3"), ("CHAT_API_BIND", "127.0.0.1:2")];
    assert_eq!(load_with_file(file, &both).unwrap().chat_api.bind.port(), 3);
    let settings = load(&[
        ("DESKBELL__TELEMETRY__FORMAT", "json"),
        ("DESKBELL__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1,fd00::/8"),
        ("DESKBELL__HTTP__FORWARDED_HEADER", "forwarded"),
    ])
    .unwrap();
    assert_eq!(settings.telemetry.format, LogFormat::Json);
    assert_eq!(settings.http.trusted_proxies.len(), 3);
    assert_eq!(settings.http.forwarded_header, ForwardedHeader::Forwarded);
}

#[test]
fn an_empty_value_is_no_value() {
    let settings =
        load(&[("TWILIO_ACCOUNT_SID", "\"\""), ("DATABASE_URL", ""), ("PUBLIC_NOTIFIER_URL", " ")]).unwrap();
    assert_eq!(settings.twilio.account_sid, None);
    assert!(settings.database.is_sqlite());
    assert_eq!(settings.public.notifier_url, None);
}

#[test]
fn variables_of_other_programs_are_passed_over() {
    load(&[("DESKBELL_TEST_POSTGRES_URL", "x"), ("PATH", "/bin"), ("TWILIO_REGION", "ie1")]).unwrap();
}

#[test]
fn unknown_keys_are_named_with_where_they_stand_and_what_was_meant() {
    assert_eq!(
        refusal(load(&[("DESKBELL__NOTIFIER__IN_FLIHGT", "3")])),
        "a setting needs mending:\n  DESKBELL__NOTIFIER__IN_FLIHGT (environment): there is no such setting; did you \
         mean DESKBELL__NOTIFIER__IN_FLIGHT?"
    );
    assert_eq!(
        refusal(load_with_file("[database]\nurll = \"sqlite://x\"\n", &[])),
        "a setting needs mending:\n  database.urll (deskbell.toml): there is no such setting; did you mean \
         database.url?"
    );
    assert!(
        refusal(load(&[("DESKBELL__ZZZ", "1")]))
            .contains("DESKBELL__ZZZ (environment): there is no such setting")
    );
    assert!(
        refusal(load_with_file("[twilio.deeper]\nx = 1\n", &[])).contains("twilio.deeper (deskbell.toml)")
    );
}

#[test]
fn broken_values_are_named_with_what_is_expected_all_at_once() {
    let text = refusal(load_with_file(
        "[outbox]\nlease_ms = \"soon\"\n",
        &[
            ("DESKBELL__NOTIFIER__IN_FLIGHT", "many"),
            ("CHAT_API_BIND", "8080"),
            ("PUBLIC_ADMIN_URL", "desk.example.com"),
            ("ENABLE_SMS_NOTIFICATIONS", "perhaps"),
            ("DESKBELL__TELEMETRY__FORMAT", "xml"),
            ("DESKBELL__HTTP__TRUSTED_PROXIES", "10.0.0.0/33"),
            ("DATABASE_URL", "mysql://root:secret@localhost/x"),
            ("AMQP_URL", "redis://localhost"),
            ("SMS_NOTIFICATION_TYPES", "new_chat,old_chat"),
            ("ALLOWED_ORIGINS", "https://example.com/"),
        ],
    ));
    for expected in [
        "outbox.lease_ms (deskbell.toml): ",
        "DESKBELL__NOTIFIER__IN_FLIGHT (environment): ",
        "CHAT_API_BIND (environment): expected an address and a port such as 0.0.0.0:8080, not \"8080\"",
        "PUBLIC_ADMIN_URL (environment): expected an address such as https://example.com",
        "ENABLE_SMS_NOTIFICATIONS (environment): expected a boolean, not string \"perhaps\"",
        "DESKBELL__TELEMETRY__FORMAT (environment): expected text or json, not \"xml\"",
        "DESKBELL__HTTP__TRUSTED_PROXIES (environment): expected addresses",
        "DATABASE_URL (environment): expected a URL that begins with postgres:// or postgresql:// or sqlite://, not \
         the scheme \"mysql\"",
        "AMQP_URL (environment): expected a URL that begins with amqp:// or amqps:// or memory:, not the scheme \
         \"redis\"",
        "SMS_NOTIFICATION_TYPES (environment): expected one of new_chat",
        "ALLOWED_ORIGINS (environment): expected origins such as https://example.com",
        "11 settings need mending:",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in:\n{text}");
    }
    assert!(!text.contains("secret"), "a password is shown:\n{text}");
}

#[test]
fn values_outside_their_bounds_are_refused() {
    for (name, value) in [
        ("DESKBELL__NOTIFIER__SEGMENTS_PER_SECOND", "0"),
        ("DESKBELL__DATABASE__POOL_SIZE", "0"),
        ("DESKBELL__NOTIFIER__RETRY_DELAY_MAX_MS", "1"),
        ("DESKBELL__TWILIO__REQUEST_TIMEOUT_MS", "30000"),
        ("DEFAULT_COUNTRY", "usa"),
        ("ADMIN_PASSWORD", "short"),
        ("ADMIN_EMAIL", "nobody"),
        ("OWNER_PHONE_NUMBER", "call me"),
        ("MANAGER_PHONE_NUMBERS", "+14155550102,call me"),
        ("MANAGER_PHONE_NUMBERS", "+1415555010234567890"),
        ("TWILIO_PHONE_NUMBER", "(415) 555-0100"),
        ("RUST_LOG", "deskbell=loud"),
        ("TWILIO_ACCOUNT_SID", "your_twilio_account_sid"),
    ] {
        let text = refusal(load(&[(name, value)]));
        assert!(text.contains(&format!("{name} (environment): ")), "{name} is not named in:\n{text}");
    }
}

#[test]
fn numbers_of_no_numbering_plan_are_named_before_they_are_used() {
    let recipients = |variables| load(variables).unwrap().notifications.first_recipients();
    let good =
        recipients(&[("OWNER_PHONE_NUMBER", "(415) 555-2671"), ("MANAGER_PHONE_NUMBERS", "+442071838750")])
            .unwrap();
    assert_eq!(good.owner.unwrap().as_e164(), "+14155552671");
    assert_eq!(good.managers[0].as_e164(), "+442071838750");
    let text = recipients(&[("OWNER_PHONE_NUMBER", "+1234567890")]).unwrap_err().to_string();
    assert!(text.contains("OWNER_PHONE_NUMBER") && !text.contains("1234567890"), "{text}");
    let text = recipients(&[("MANAGER_PHONE_NUMBERS", "+442071838750,+1234567890")]).unwrap_err().to_string();
    assert!(text.contains("MANAGER_PHONE_NUMBERS") && text.contains("number 2 of the list"), "{text}");
}

#[test]
fn half_a_set_of_credentials_names_the_missing_half() {
    let token = ("TWILIO_AUTH_TOKEN", "token");
    let account = ("TWILIO_ACCOUNT_SID", ACCOUNT);
    let number = ("TWILIO_PHONE_NUMBER", "+14155550100");
    for (given, missing) in [
        (vec![account, number], "TWILIO_AUTH_TOKEN"),
        (vec![token, number], "TWILIO_ACCOUNT_SID"),
        (vec![account, token], "TWILIO_PHONE_NUMBER"),
        (vec![account, token, number, ("TWILIO_API_KEY_SID", API_KEY)], "TWILIO_API_KEY_SECRET"),
        (vec![account, token, number, ("TWILIO_API_KEY_SECRET", "x")], "TWILIO_API_KEY_SID"),
    ] {
        let text = refusal(load(&given));
        assert!(text.contains(&format!("  {missing} (not set): ")), "{missing} is not named in:\n{text}");
        let mut disabled = given.clone();
        disabled.push(("ENABLE_SMS_NOTIFICATIONS", "false"));
        let SmsChannel::DryRun { reason } = load(&disabled).unwrap().sms_channel().unwrap() else { panic!() };
        assert_eq!(reason, DryRunReason::Disabled);
    }
}

#[test]
fn a_messaging_service_takes_precedence_over_a_number() {
    let settings = load(&[
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", "token"),
        ("TWILIO_PHONE_NUMBER", "+14155550100"),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG0123456789abcdef0123456789abcdef"),
    ])
    .unwrap();
    let SmsChannel::Twilio(account) = settings.sms_channel().unwrap() else {
        panic!("the account is complete")
    };
    assert!(matches!(account.sender, SmsSender::MessagingService(_)));
}

#[test]
fn separate_services_refuse_the_embedded_database_and_bus() {
    let error = load(&[]).unwrap().require_servers().unwrap_err();
    assert!(error.to_string().contains("DATABASE_URL"));
    let postgres = ("DATABASE_URL", "postgres://deskbell@localhost/deskbell");
    let error = load(&[postgres]).unwrap().require_servers().unwrap_err();
    assert!(error.to_string().contains("AMQP_URL"));
    load(&[postgres, ("AMQP_URL", "amqp://localhost:5672/%2f")]).unwrap().require_servers().unwrap();
}

#[test]
fn secrets_do_not_show_when_settings_are_printed() {
    let settings = load(&[
        ("DATABASE_URL", "postgres://user:hunter22@localhost/x"),
        ("AMQP_URL", "amqp://user:hunter22@localhost"),
        ("ADMIN_PASSWORD", "hunter22"),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", "hunter22"),
        ("TWILIO_PHONE_NUMBER", "+14155550100"),
        ("TWILIO_API_KEY_SID", API_KEY),
        ("TWILIO_API_KEY_SECRET", "hunter22"),
    ])
    .unwrap();
    let printed = format!("{settings:?} {:?}", settings.sms_channel().unwrap());
    assert!(!printed.contains("hunter22"), "{printed}");
}

#[test]
fn a_file_that_is_not_toml_is_named() {
    assert!(
        refusal(load_with_file("[twilio\n", &[])).contains("deskbell.toml (settings file): not valid TOML")
    );
}

#[test]
fn the_example_environment_names_every_setting_and_loads_as_it_stands() {
    let example = include_str!("../../../.env.example");
    let variables =
        example.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    Settings::from_sources(None, variables.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
    let named: Vec<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches("# ").split_once('='))
        .map(|(name, _)| name)
        .collect();
    for key in deskbell_runtime::settings::keys() {
        let name = deskbell_runtime::settings::environment_name(&key);
        assert!(named.contains(&&*name), "{name} is not in .env.example");
    }
}
