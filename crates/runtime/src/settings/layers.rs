//! Lays defaults, file and environment over each other, remembering where each value came from.
//!
//! Only names are judged here (unknown keys); values are judged when the sections are read.

use std::collections::BTreeMap;

use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use serde::de::DeserializeOwned;

use super::error::{Origin, SettingProblem, SettingsError};
use super::names;

const DEFAULTS: &str = include_str!("defaults.toml");
const SUGGESTION_SIMILARITY_MIN: f64 = 0.8;

/// The text of a settings file and the name it is known by in messages.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// Shown in messages, so a person finds the place.
    pub name: String,
    /// TOML: `[section]` and `key = value`.
    pub text: String,
}

/// Every key there is, as `section.key`, sorted.
pub fn keys() -> Vec<String> {
    Layers::defaults().known
}

/// All values by `section.key`, and the problems met so far.
pub(super) struct Layers {
    values: BTreeMap<String, (Origin, Value)>,
    known: Vec<String>,
    problems: Vec<SettingProblem>,
}

/// A flat list of values in the form in which the `config` crate takes a source.
#[derive(Debug, Clone)]
struct Flat(Map<String, Value>);

impl Source for Flat {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

impl Layers {
    /// The embedded defaults, which also define what keys there are.
    pub(super) fn defaults() -> Self {
        let table =
            File::from_str(DEFAULTS, FileFormat::Toml).collect().expect("the embedded defaults are TOML");
        let leaves = flatten(table);
        let known = leaves.iter().map(|(key, _)| key.clone()).collect();
        let mut layers = Self { values: BTreeMap::new(), known, problems: Vec::new() };
        for (key, value) in leaves {
            layers.put(key, Origin::Default, value);
        }
        layers
    }

    /// Lays a settings file over what is there.
    pub(super) fn add_file(&mut self, file: &SettingsFile) {
        match File::from_str(&file.text, FileFormat::Toml).collect() {
            Ok(table) => {
                for (key, value) in flatten(table) {
                    self.put(key, Origin::File(file.name.clone()), value);
                }
            }
            Err(error) => self.problems.push(SettingProblem {
                name: file.name.clone(),
                origin: "settings file".to_owned(),
                detail: format!("not valid TOML: {error}"),
            }),
        }
    }

    /// Lays the environment over what is there; where a short and a long name say different things, the long one wins.
    pub(super) fn add_environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let mut ours: Vec<(String, String, String)> = variables
            .into_iter()
            .filter_map(|(name, text)| names::key_of(&name).map(|key| (name, key.into_owned(), text)))
            .collect();
        ours.sort_by_key(|(name, ..)| name.starts_with(names::PREFIX));
        for (name, key, text) in ours {
            self.put(key, Origin::Environment(name), Value::new(None, unquote(&text)));
        }
    }

    fn put(&mut self, key: String, origin: Origin, value: Value) {
        if !self.known.contains(&key) {
            self.problems.push(SettingProblem {
                name: origin.name_of(&key),
                origin: origin.to_string(),
                detail: self.unknown(&key, &origin),
            });
        } else if !matches!(&value.kind, ValueKind::String(text) if text.is_empty()) {
            self.values.insert(key, (origin, value));
        }
    }

    fn unknown(&self, key: &str, origin: &Origin) -> String {
        let nearest = self
            .known
            .iter()
            .map(|known| (strsim::jaro_winkler(known, key), known))
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(similarity, _)| *similarity >= SUGGESTION_SIMILARITY_MIN);
        match (nearest, origin) {
            (None, _) => "there is no such setting".to_owned(),
            (Some((_, known)), Origin::File(_)) => format!("there is no such setting; did you mean {known}?"),
            (Some((_, known)), _) => {
                format!("there is no such setting; did you mean {}?", names::environment_name(known))
            }
        }
    }

    /// One section as its struct. A value that cannot be read is remembered as a problem and its default takes its place,
    /// so that the section's other problems come to light too.
    pub(super) fn section<T: DeserializeOwned>(&mut self, section: &str) -> Option<T> {
        loop {
            let error = match self.read(section) {
                Ok(values) => return Some(values),
                Err(error) => error,
            };
            let (key, detail) = explain(section, &error);
            let was_set = self.values.get(&key).is_some_and(|(origin, _)| *origin != Origin::Default);
            self.report(&key, detail);
            if !was_set {
                return None;
            }
            self.reset(&key);
        }
    }

    fn read<T: DeserializeOwned>(&self, section: &str) -> Result<T, ConfigError> {
        let prefix = format!("{section}.");
        let flat = self
            .values
            .iter()
            .filter_map(|(key, (_, value))| Some((key.strip_prefix(&prefix)?.to_owned(), value.clone())));
        Config::builder().add_source(Flat(flat.collect())).build().and_then(Config::try_deserialize)
    }

    fn reset(&mut self, key: &str) {
        self.values.remove(key);
        let default = Self::defaults().values.remove(key);
        self.values.extend(default.map(|default| (key.to_owned(), default)));
    }

    /// Remembers that the value of this key will not do.
    pub(super) fn report(&mut self, key: &str, detail: impl Into<String>) {
        let origin = self.values.get(key).map_or(&Origin::Default, |(origin, _)| origin);
        self.problems.push(SettingProblem {
            name: origin.name_of(key),
            origin: origin.to_string(),
            detail: detail.into(),
        });
    }

    /// Ends the reading: an error when there was any problem.
    pub(super) fn finish(self) -> Result<(), SettingsError> {
        if self.problems.is_empty() { Ok(()) } else { Err(SettingsError::new(self.problems)) }
    }
}

/// Which key cannot be read, and why.
fn explain(section: &str, error: &ConfigError) -> (String, String) {
    let (key, detail) = match error {
        ConfigError::Type { unexpected, expected, key, .. } => {
            (key.as_deref(), format!("expected {expected}, not {unexpected}"))
        }
        ConfigError::At { error, key, .. } => (key.as_deref(), error.to_string()),
        ConfigError::NotFound(key) => (Some(key.as_str()), "a value is needed".to_owned()),
        other => (None, other.to_string()),
    };
    (key.map_or_else(|| section.to_owned(), |key| format!("{section}.{key}")), detail)
}

/// `section.key` and value for each key of a two-level table; deeper or shallower keys come out under their own path.
fn flatten(table: Map<String, Value>) -> Vec<(String, Value)> {
    let mut leaves = Vec::new();
    for (section, value) in table {
        match value.kind {
            ValueKind::Table(keys) => {
                leaves.extend(keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)));
            }
            kind => leaves.push((section, Value::new(None, kind))),
        }
    }
    leaves.sort_by(|(a, _), (b, _)| a.cmp(b));
    leaves
}

/// The text without surrounding blanks and without one pair of quotes, which Docker's env files keep.
fn unquote(text: &str) -> &str {
    let text = text.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}
