use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn open(json: Value) -> OpeningHours {
    serde_json::from_value(json).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn error(json: Value) -> String {
    serde_json::from_value::<OpeningHours>(json).unwrap_err().to_string()
}

fn every_day(zone: &str, from: &str, to: &str) -> Value {
    let slots = json!([{ "from": from, "to": to }]);
    json!({
        "time_zone": zone,
        "weekly": {
            "monday": slots, "tuesday": slots, "wednesday": slots, "thursday": slots, "friday": slots,
            "saturday": slots, "sunday": slots,
        },
    })
}

/// Asserts that the schedule is open exactly from each first to each second instant, starting closed.
fn assert_spans(hours: &OpeningHours, from: &str, spans: &[(&str, &str)]) {
    let mut now = at(from);
    assert!(!hours.is_open(now), "closed at {from}");
    for (opens, closes) in spans {
        assert_eq!(hours.next_change(now), Some(at(opens)), "opens after {now}");
        assert!(!hours.is_open(Timestamp::from_micros(at(opens).as_micros() - 1)));
        assert!(hours.is_open(at(opens)));
        assert_eq!(hours.next_change(at(opens)), Some(at(closes)), "closes after {opens}");
        assert!(hours.is_open(Timestamp::from_micros(at(closes).as_micros() - 1)));
        assert!(!hours.is_open(at(closes)));
        now = at(closes);
    }
}

#[test]
fn several_slots_a_day_and_free_days() {
    let hours = open(json!({
        "time_zone": "Europe/Berlin",
        "weekly": {
            "monday": [{"from": "14:00", "to": "18:00"}, {"from": "08:00", "to": "12:30"}],
            "saturday": [{"from": "10:00", "to": "24:00"}],
        },
    }));
    // Monday 2026-06-01, CEST = UTC+2.
    assert_spans(
        &hours,
        "2026-06-01T00:00:00Z",
        &[
            ("2026-06-01T06:00:00Z", "2026-06-01T10:30:00Z"),
            ("2026-06-01T12:00:00Z", "2026-06-01T16:00:00Z"),
            ("2026-06-06T08:00:00Z", "2026-06-06T22:00:00Z"),
            ("2026-06-08T06:00:00Z", "2026-06-08T10:30:00Z"),
        ],
    );
}

#[test]
fn day_slots_keep_the_wall_clock_over_both_changes() {
    for (zone, nights) in [
        // Spring 2026-03-08, autumn 2026-11-01.
        (
            "America/New_York",
            [
                ("2026-03-07T00:00:00Z", [("07T13", "07T22"), ("08T12", "08T21")], "2026-03-"),
                ("2026-10-31T00:00:00Z", [("10-31T12", "10-31T21"), ("11-01T13", "11-01T22")], "2026-"),
            ],
        ),
        // Spring 2026-03-29, autumn 2026-10-25.
        (
            "Europe/Berlin",
            [
                ("2026-03-28T00:00:00Z", [("28T07", "28T16"), ("29T06", "29T15")], "2026-03-"),
                ("2026-10-24T00:00:00Z", [("24T06", "24T15"), ("25T07", "25T16")], "2026-10-"),
            ],
        ),
    ] {
        let hours = open(every_day(zone, "08:00", "17:00"));
        for (from, spans, month) in nights {
            let spans = spans.map(|(o, c)| (format!("{month}{o}:00:00Z"), format!("{month}{c}:00:00Z")));
            let spans: Vec<_> = spans.iter().map(|(o, c)| (o.as_str(), c.as_str())).collect();
            assert_spans(&hours, from, &spans);
        }
    }
}

#[test]
fn overnight_slots_are_an_hour_shorter_in_spring_and_longer_in_autumn() {
    let new_york = open(every_day("America/New_York", "22:00", "06:00"));
    assert_spans(
        &new_york,
        "2026-03-07T20:00:00Z",
        &[("2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"), ("2026-03-09T02:00:00Z", "2026-03-09T10:00:00Z")],
    );
    assert_spans(&new_york, "2026-10-31T20:00:00Z", &[("2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z")]);
    let berlin = open(every_day("Europe/Berlin", "22:00", "06:00"));
    assert_spans(&berlin, "2026-03-28T20:00:00Z", &[("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z")]);
    assert_spans(&berlin, "2026-10-24T19:00:00Z", &[("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z")]);
}

#[test]
fn edges_in_the_skipped_and_the_repeated_hour() {
    // New York skips 02:00–03:00 on 2026-03-08 and repeats 01:00–02:00 on 2026-11-01.
    for (from, to, begin, spans) in [
        ("02:30", "05:00", "2026-03-08T05:00:00Z", ("2026-03-08T07:30:00Z", "2026-03-08T09:00:00Z")),
        ("01:00", "02:30", "2026-03-08T05:00:00Z", ("2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z")),
        ("02:00", "03:00", "2026-03-08T05:00:00Z", ("2026-03-09T06:00:00Z", "2026-03-09T07:00:00Z")),
        ("01:30", "05:00", "2026-11-01T04:30:00Z", ("2026-11-01T05:30:00Z", "2026-11-01T10:00:00Z")),
        ("00:30", "01:30", "2026-11-01T04:00:00Z", ("2026-11-01T04:30:00Z", "2026-11-01T06:30:00Z")),
    ] {
        assert_spans(&open(every_day("America/New_York", from, to)), begin, &[spans]);
    }
}

#[test]
fn on_a_holiday_nothing_begins_but_the_evening_before_runs_on() {
    let mut json = every_day("America/New_York", "20:00", "02:00");
    json["holidays"] = json!(["2026-12-26", "2026-12-25"]);
    assert_spans(
        &open(json),
        "2026-12-24T12:00:00Z",
        &[("2026-12-25T01:00:00Z", "2026-12-25T07:00:00Z"), ("2026-12-28T01:00:00Z", "2026-12-28T07:00:00Z")],
    );
}

#[test]
fn around_the_clock_there_is_no_change_but_a_holiday() {
    let mut json = every_day("Europe/Berlin", "00:00", "24:00");
    let always = open(json.clone());
    assert!(always.is_open(at("2026-03-29T01:00:00Z")));
    assert_eq!(always.next_change(at("2026-03-28T12:00:00Z")), None);
    json["holidays"] = json!(["2026-12-25"]);
    let nearly = open(json);
    assert_eq!(nearly.next_change(at("2026-03-28T12:00:00Z")), Some(at("2026-12-24T23:00:00Z")));
    assert_eq!(nearly.next_change(at("2026-12-25T12:00:00Z")), Some(at("2026-12-25T23:00:00Z")));
    assert_eq!(nearly.next_change(at("2026-12-26T12:00:00Z")), None);
}

#[test]
fn without_opening_hours_it_is_always_open_and_without_quiet_hours_never_quiet() {
    assert!(is_open(None, at("2026-01-01T03:00:00Z")));
    assert!(!is_quiet(None, at("2026-01-01T03:00:00Z")));
}

#[test]
fn quiet_hours_tell_their_end() {
    let quiet: QuietHours = serde_json::from_value(every_day("America/New_York", "22:00", "07:00")).unwrap();
    assert_eq!(quiet.time_zone(), "America/New_York");
    assert!(is_quiet(Some(&quiet), at("2026-06-01T03:00:00Z")));
    assert_eq!(quiet.ends_at(at("2026-06-01T03:00:00Z")), at("2026-06-01T11:00:00Z"));
    assert_eq!(quiet.ends_at(at("2026-06-01T12:00:00Z")), at("2026-06-01T12:00:00Z"));
    let endless = serde_json::from_value::<QuietHours>(every_day("UTC", "00:00", "24:00"));
    assert!(endless.unwrap_err().to_string().contains("leave a gap"));
}

#[test]
fn errors_name_the_place() {
    let slot = |from: &str, to: &str| {
        let weekly = json!({"tuesday": [{"from": "08:00", "to": "09:00"}, {"from": from, "to": to}]});
        error(json!({"time_zone": "UTC", "weekly": weekly}))
    };
    assert_eq!(slot("24:00", "09:00"), "weekly.tuesday[1].from: expected HH:MM between 00:00 and 23:59");
    for broken in ["24:01", "9:00", "09:60", "+9:00", "09:00:00", "", "noon", "99:99"] {
        assert_eq!(slot("08:00", broken), "weekly.tuesday[1].to: expected HH:MM between 00:00 and 24:00");
    }
    assert!(slot("08:00", "08:00").contains("use 00:00 to 24:00"));
    let long = "Europe/".repeat(50);
    for zone in ["", "Mars/Olympus", "CEST+2", "Etc/Unknown", "../etc/passwd", &long] {
        assert!(error(every_day(zone, "08:00", "09:00")).starts_with("time_zone: "), "{zone}");
    }
    for broken in ["2026-02-30", "25.12.2026", "20261225", "2026-12-25T00:00:00", ""] {
        let mut json = every_day("UTC", "08:00", "09:00");
        json["holidays"] = json!(["2026-12-25", broken]);
        assert!(error(json).starts_with("holidays[1]: "), "{broken}");
    }
    assert!(error(json!({"time_zone": "UTC", "weekly": {}})).contains("at least one slot"));
    assert!(error(json!({"time_zone": "UTC", "weekly": {"mon": []}})).contains("unknown field `mon`"));
    let many = vec![json!({"from": "08:00", "to": "09:00"}); 13];
    assert!(error(json!({"time_zone": "UTC", "weekly": {"friday": many}})).starts_with("weekly.friday: "));
}

#[test]
fn json_comes_back_as_it_went_in() {
    let mut json = every_day("America/New_York", "22:00", "02:00");
    json["holidays"] = json!(["2026-12-25"]);
    json["weekly"]["sunday"] = json!([{"from": "00:00", "to": "24:00"}]);
    assert_eq!(serde_json::to_value(open(json.clone())).unwrap(), json);
}

#[test]
fn instants_outside_of_the_calendar_are_answered() {
    let hours = open(every_day("Europe/Berlin", "08:00", "17:00"));
    for micros in [i64::MIN, i64::MAX] {
        let at = Timestamp::from_micros(micros);
        assert!(!hours.is_open(at));
        hours.next_change(at);
    }
}

fn schedules() -> impl Strategy<Value = OpeningHours> {
    let zone = prop_oneof![
        Just("America/New_York"),
        Just("Europe/Berlin"),
        Just("Australia/Lord_Howe"),
        Just("America/St_Johns"),
        Just("America/Havana"),
        Just("UTC"),
    ];
    let slot = (0u16..1440, 1u16..=1440).prop_map(|(from, length)| {
        let to = (from + length - 1) % 1440 + 1;
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        json!({"from": clock(from), "to": clock(if to == from { 1440 - to / 1440 } else { to })})
    });
    let day = proptest::collection::vec(slot, 0..3);
    (zone, proptest::collection::vec(day, 7), 1u32..29).prop_filter_map(
        "a schedule",
        |(zone, days, holiday)| {
            let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let weekly: serde_json::Map<String, Value> =
                names.iter().zip(days).map(|(name, day)| ((*name).to_owned(), Value::from(day))).collect();
            let json =
                json!({"time_zone": zone, "weekly": weekly, "holidays": [format!("2026-03-{holiday:02}")]});
            serde_json::from_value(json).ok()
        },
    )
}

proptest! {
    #[test]
    fn between_now_and_the_next_change_nothing_changes(
        hours in schedules(),
        start in 1_770_000_000i64..1_800_000_000,
        part in 0.0f64..1.0,
    ) {
        let now = Timestamp::from_micros(start * 1_000_000);
        if let Some(change) = hours.next_change(now) {
            prop_assert!(change > now);
            let between = now.as_micros() + ((change.as_micros() - now.as_micros()) as f64 * part) as i64;
            let last = Timestamp::from_micros(change.as_micros() - 1);
            prop_assert_eq!(hours.is_open(Timestamp::from_micros(between.min(last.as_micros()))), hours.is_open(now));
            prop_assert_eq!(hours.is_open(last), hours.is_open(now));
            prop_assert_ne!(hours.is_open(change), hours.is_open(now));
        }
    }

    #[test]
    fn json_round_trips(hours in schedules()) {
        let json = serde_json::to_value(&hours).unwrap();
        prop_assert_eq!(serde_json::from_value::<OpeningHours>(json).unwrap(), hours);
    }
}
