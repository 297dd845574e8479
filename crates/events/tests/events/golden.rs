//! The bytes and the JSON of today are those of the day the event was released.

use std::fs;
use std::path::{Path, PathBuf};

use deskbell_events::EventName;
use deskbell_events::v1::Envelope;

use crate::samples;

#[test]
fn every_event_keeps_its_bytes_and_its_json() {
    let mut differing = Vec::new();
    for name in EventName::ALL {
        let envelope = samples::envelope(name);
        let mut json = serde_json::to_vec_pretty(&envelope).unwrap();
        json.push(b'\n');
        differing.extend(compare(format!("{name}.bin"), &envelope.encode_to_bytes()));
        differing.extend(compare(format!("{name}.json"), &json));
    }
    assert!(
        differing.is_empty(),
        "{differing:?} differ; what was found is in {}",
        env!("CARGO_TARGET_TMPDIR")
    );
}

#[test]
fn golden_bytes_and_golden_json_are_read_as_the_sample() {
    for name in EventName::ALL {
        let sample = samples::envelope(name);
        assert_eq!(Envelope::decode(&read_golden(&format!("{name}.bin"))), Ok(sample.clone()));
        let from_json: Envelope = serde_json::from_slice(&read_golden(&format!("{name}.json"))).unwrap();
        assert_eq!(from_json, sample);
        assert_eq!(sample.name(), Some(name));
        assert_eq!(sample.id(), Some(samples::EVENT_ID));
        assert_eq!(sample.occurred_at_micros(), Some(samples::OCCURRED_AT_MICROS));
    }
}

#[test]
fn the_name_of_an_event_is_its_field_in_the_schema() {
    for name in EventName::ALL {
        let json = serde_json::to_string(&samples::envelope(name)).unwrap();
        let field = name.as_str().split('_').enumerate().fold(String::new(), |camel, (index, word)| {
            if index == 0 { word.to_owned() } else { camel + &word[..1].to_uppercase() + &word[1..] }
        });
        assert!(json.contains(&format!("\"{field}\":{{")), "{json}");
        assert_eq!(EventName::parse(name.as_str()), Ok(name));
    }
}

/// The file's name, when it is not what was found. That is left in the build's temporary folder, so that the file of
/// a new event can be copied from there.
fn compare(file: String, found: &[u8]) -> Option<String> {
    if fs::read(golden(&file)).is_ok_and(|golden| golden == found) {
        return None;
    }
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file), found)
        .expect("the temporary folder is writable");
    Some(file)
}

fn read_golden(file: &str) -> Vec<u8> {
    fs::read(golden(file)).expect("the golden file is there")
}

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events/golden").join(file)
}
