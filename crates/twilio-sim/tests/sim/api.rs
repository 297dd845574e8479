//! The API as documented: fields, types, codes, and no deduplication.

use serde_json::{Value, json};

use crate::setup::{
    ACCOUNT, DEADLINE, FROM, SERVICE, TO, TOKEN, api, client, create, form, get, http, send, start,
    start_with, until,
};

#[tokio::test]
async fn a_created_message_has_the_documented_fields_and_types() {
    let sim = start().await;
    let (status, message) = create(&sim, &form(&[])).await;
    assert_eq!(status, 201);
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM") && sid.len() == 34);
    let created = message["date_created"].as_str().unwrap();
    assert!(
        created.ends_with(" +0000") && created.len() == "Mon, 23 Nov 2026 09:46:00 +0000".len(),
        "{created}"
    );
    let expected = json!({
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": "Hi", "direction": "outbound-api",
        "date_created": created, "date_updated": created, "date_sent": null, "error_code": null, "error_message": null,
        "from": FROM, "messaging_service_sid": null, "num_media": "0", "num_segments": "1", "price": null,
        "price_unit": "USD", "sid": sid, "status": "queued", "to": TO,
        "uri": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"),
        "subresource_uris": {
            "media": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"),
            "feedback": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Feedback.json"),
        },
    });
    assert_eq!(message, expected);
}

#[tokio::test]
async fn a_message_advances_by_itself_and_gets_date_and_price() {
    let sim = start().await;
    let sid = send(&sim, TO, None).await.unwrap().sid;
    let url = api(&sim, &format!("/Messages/{sid}.json"));
    until("it is delivered", async || get(&url).await.1["status"] == "delivered").await;
    let (_, message) = get(&url).await;
    assert_eq!(message["price"], "-0.00750");
    assert!(message["date_sent"].is_string());
}

#[tokio::test]
async fn a_messaging_service_accepts_first_and_chooses_later() {
    let sim = start_with(|settings| settings.behaviour.step_ms = 60_000).await;
    let (status, message) = create(&sim, &form(&[("From", "-"), ("MessagingServiceSid", SERVICE)])).await;
    assert_eq!((status, &message["status"]), (201, &json!("accepted")));
    assert_eq!((&message["num_segments"], &message["from"]), (&json!("0"), &Value::Null));
    assert_eq!(message["messaging_service_sid"], SERVICE);
}

#[tokio::test]
async fn segments_are_counted_as_twilio_counts_them() {
    let sim = start().await;
    for (body, segments) in
        [("a".repeat(160), "1"), ("a".repeat(161), "2"), ("“".repeat(71), "2"), ("€".repeat(81), "2")]
    {
        assert_eq!(create(&sim, &form(&[("Body", &body)])).await.1["num_segments"], segments);
    }
}

#[tokio::test]
async fn a_trial_account_puts_its_sentence_first() {
    let sim = start_with(|settings| settings.behaviour.trial = true).await;
    let body = create(&sim, &form(&[])).await.1["body"].as_str().unwrap().to_owned();
    assert_eq!((body.len(), body.as_str()), (38 + 2, "Sent from your Twilio trial account - Hi"));
}

#[tokio::test]
async fn the_account_or_a_key_opens_the_account_in_the_path_and_nothing_else() {
    let key = "SK0123456789abcdef0123456789abcdef";
    let other = "AC11111111111111111111111111111111";
    let sim = start_with(|settings| settings.account_sid = Some(ACCOUNT.to_owned())).await;
    let path = |account: &str| format!("{}/2010-04-01/Accounts/{account}.json", sim.url);
    for (user, password, account, expected) in [
        (ACCOUNT, TOKEN, ACCOUNT, (200, Value::Null)),
        (key, "sim-api-key-secret", ACCOUNT, (200, Value::Null)),
        (ACCOUNT, "wrong", ACCOUNT, (401, json!(20003))),
        (key, TOKEN, ACCOUNT, (401, json!(20003))),
        (other, TOKEN, other, (401, json!(20003))),
        ("AC1", TOKEN, "AC1", (401, json!(20003))),
        (ACCOUNT, TOKEN, other, (404, json!(20404))),
        (key, "sim-api-key-secret", other, (404, json!(20404))),
    ] {
        let answer = http().get(path(account)).basic_auth(user, Some(password)).send().await.unwrap();
        let status = answer.status().as_u16();
        let content: Value = answer.json().await.unwrap();
        assert_eq!((status, content["code"].clone()), expected, "{user} {account}");
    }
    let anonymous = http().get(path(ACCOUNT)).send().await.unwrap();
    assert_eq!(anonymous.status(), 401);
    assert!(anonymous.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_twilios_codes() {
    let sim = start().await;
    let long = "x".repeat(1_601);
    for (change, code) in [
        (vec![("To", "-")], 21604),
        (vec![("From", "-")], 21603),
        (vec![("Body", "-")], 21602),
        (vec![("Body", "")], 21602),
        (vec![("Body", &*long)], 21617),
        (vec![("To", "5558675310")], 21211),
        (vec![("To", "+0123456789")], 21211),
        (vec![("From", "+1")], 21212),
        (vec![("From", "-"), ("MessagingServiceSid", "MG1")], 21701),
        (vec![("StatusCallback", "https://a_b.example/")], 21609),
        (vec![("StatusCallback", "chat.example.com/s")], 21609),
        (vec![("ValidityPeriod", "0")], 21624),
        (vec![("ValidityPeriod", "36001")], 21624),
        (vec![("From", "-"), ("MessagingServiceSid", SERVICE), ("ScheduleType", "fixed")], 35111),
        (vec![("From", "-"), ("MessagingServiceSid", SERVICE), ("SendAt", "2020-01-01T00:00:00Z")], 35114),
    ] {
        let (status, error) = create(&sim, &form(&change)).await;
        assert_eq!(
            (status, &error["code"], &error["status"]),
            (400, &json!(code), &json!(400)),
            "{change:?}"
        );
        assert_eq!(error["more_info"], format!("https://www.twilio.com/docs/errors/{code}"));
    }
    assert_eq!((sim.counts().accepted, sim.counts().refused), (0, 15));
    for change in [
        vec![("Body", &long[..1_600])],
        vec![("ValidityPeriod", "36000")],
        vec![("From", "12345")],
        vec![("From", "Deskbell")],
    ] {
        assert_eq!(create(&sim, &form(&change)).await.0, 201, "{change:?}");
    }
}

#[tokio::test]
async fn magic_numbers_answer_as_twilios_test_credentials_do() {
    let sim = start_with(|settings| settings.behaviour.test_credentials = true).await;
    let magic: Value = serde_json::from_str(include_str!("../fixtures/magic_numbers.json")).unwrap();
    let mut checked = 0;
    for parameter in ["To", "From"] {
        for (number, code) in magic[parameter].as_object().unwrap() {
            let number = if number == "*" { "+15558675311" } else { number };
            let (status, answer) = create(&sim, &form(&[(parameter, number)])).await;
            if let Some(code) = code.as_u64() {
                assert_eq!(answer["code"], code, "{parameter} {number}");
                assert!(status >= 400);
            } else {
                assert_eq!(status, 201, "{parameter} {number}");
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 11);
}

#[tokio::test]
async fn creates_are_never_deduplicated_whatever_they_carry() {
    let sim = start().await;
    let mut sids = Vec::new();
    for _ in 0..3 {
        let request =
            http().post(api(&sim, "/Messages.json")).basic_auth(ACCOUNT, Some(TOKEN)).form(&form(&[]));
        let request = request.header("I-Twilio-Idempotency-Token", "same").header("Idempotency-Key", "same");
        let message: Value = request.send().await.unwrap().json().await.unwrap();
        sids.push(message["sid"].as_str().unwrap().to_owned());
    }
    sids.dedup();
    assert_eq!((sids.len(), sim.counts().accepted), (3, 3));
    let header = ("idempotency-key".to_owned(), "same".to_owned());
    assert!(sim.requests().iter().all(|request| request.headers.contains(&header)));
    assert!(!format!("{:?}", sim.requests()).contains(TOKEN));
}

#[tokio::test]
async fn messages_can_be_redacted_canceled_and_deleted() {
    let sim = start_with(|settings| settings.behaviour.step_ms = 0).await;
    let sid = send(&sim, TO, None).await.unwrap().sid;
    let url = api(&sim, &format!("/Messages/{sid}.json"));
    let post = async |url: &str, form: &[(&str, &str)]| {
        let answer = http().post(url).basic_auth(ACCOUNT, Some(TOKEN)).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(post(&url, &[("Status", "canceled")]).await.0, 400);
    assert_eq!(post(&url, &[("Body", "other")]).await.0, 400);
    let (status, message) = post(&url, &[("Body", "")]).await;
    assert_eq!((status, &message["body"]), (200, &json!("")));

    let send_at =
        (jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 100)).to_string();
    assert_eq!(
        create(&sim, &form(&[("SendAt", &send_at), ("ScheduleType", "fixed")])).await.1["code"],
        35118
    );

    let delete = async || http().delete(&url).basic_auth(ACCOUNT, Some(TOKEN)).send().await.unwrap().status();
    assert_eq!((delete().await.as_u16(), delete().await.as_u16()), (204, 404));
    assert_eq!(get(&url).await.0, 404);
    assert!(sim.messages()[0].deleted);
}

#[tokio::test]
async fn a_scheduled_message_can_be_called_off() {
    use deskbell_domain::{ManualClock, Timestamp};
    let now: Timestamp = "2026-11-23T09:46:00Z".parse().unwrap();
    let clock = std::sync::Arc::new(ManualClock::new(now));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sim = deskbell_twilio_sim::TwilioSim::start_with_clock(Default::default(), clock).await.unwrap();
    let at = ("SendAt", "2026-11-23T10:46:00Z");
    let (status, message) = create(
        &sim,
        &form(&[("From", "-"), ("MessagingServiceSid", SERVICE), at, ("ScheduleType", "fixed")]),
    )
    .await;
    assert_eq!((status, &message["status"]), (201, &json!("scheduled")));
    assert_eq!(message["date_created"], "Mon, 23 Nov 2026 09:46:00 +0000");
    let url = api(&sim, &format!("/Messages/{}.json", message["sid"].as_str().unwrap()));
    let answer = http()
        .post(&url)
        .basic_auth(ACCOUNT, Some(TOKEN))
        .form(&[("Status", "canceled")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "canceled");
}

#[tokio::test]
async fn the_same_seed_makes_the_same_ids() {
    let sids = async |seed| {
        let sim = start_with(|settings| settings.seed = seed).await;
        let first = send(&sim, TO, None).await.unwrap().sid;
        sim.reset();
        assert_eq!(send(&sim, TO, None).await.unwrap().sid, first);
        (first, send(&sim, TO, None).await.unwrap().sid)
    };
    assert_eq!(sids(7).await, sids(7).await);
    assert_ne!(sids(7).await, sids(8).await);
}

#[tokio::test]
async fn latency_delays_the_answer_but_not_the_acceptance() {
    let sim = start_with(|settings| settings.behaviour.latency_ms = 60_000).await;
    let sending = async { send(&sim, TO, None).await };
    tokio::select! {
        answer = sending => panic!("answered: {answer:?}"),
        accepted = sim.wait_accepted(1, DEADLINE) => assert!(accepted),
    }
    assert_eq!(sim.requests()[0].answer, "pending");
}

#[tokio::test]
async fn unknown_paths_and_too_long_bodies_are_refused() {
    let sim = start().await;
    for rest in ["/Calls.json", "/Messages", "/Messages/SM1.xml", "/Messages/SM1.json/Media.json"] {
        assert_eq!(get(&api(&sim, rest)).await.1["code"], 20404, "{rest}");
    }
    let body = format!("Body={}", "x".repeat(100_000));
    let answer = http().post(api(&sim, "/Messages.json")).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    let account = client(&sim, DEADLINE).fetch_account().await.unwrap();
    assert_eq!(account.sid, ACCOUNT);
}
