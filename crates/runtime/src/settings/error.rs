//! What is wrong with the settings, all of it at once, in words a person can act on.

use std::fmt;

use super::names::environment_name;

/// One setting that is unknown, broken or missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// The name to look for: an environment variable, or `section.key` when the value came from a file.
    pub name: String,
    /// Where the value came from: `environment`, the file's name, or `default`.
    pub origin: String,
    /// What is wrong and what is expected instead. Never contains the value of a secret.
    pub detail: String,
}

/// Why the settings cannot be used. Holds at least one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    problems: Vec<SettingProblem>,
}

impl SettingsError {
    pub(super) fn new(problems: Vec<SettingProblem>) -> Self {
        Self { problems }
    }

    /// One problem of a setting which has no value yet.
    pub(super) fn missing(key: &str, detail: impl Into<String>) -> Self {
        Self::one(key, Origin::Default.to_string(), detail.into())
    }

    /// One problem that showed after loading, when it is no longer known where the value came from.
    pub(super) fn about(key: &str, detail: impl Into<String>) -> Self {
        Self::one(key, key.to_owned(), detail.into())
    }

    fn one(key: &str, origin: String, detail: String) -> Self {
        Self::new(vec![SettingProblem { name: environment_name(key).into_owned(), origin, detail }])
    }

    /// Everything that has to be mended, in the order of the sections.
    pub fn problems(&self) -> &[SettingProblem] {
        &self.problems
    }
}

impl std::error::Error for SettingsError {}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => write!(f, "a setting needs mending:")?,
            count => write!(f, "{count} settings need mending:")?,
        }
        for SettingProblem { name, origin, detail } in &self.problems {
            write!(f, "\n  {name} ({origin}): {detail}")?;
        }
        Ok(())
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nobody set it.
    Default,
    /// A settings file, by name.
    File(String),
    /// An environment variable, by name.
    Environment(String),
}

impl Origin {
    /// What a person has to look for in that place to find this key.
    pub(super) fn name_of(&self, key: &str) -> String {
        match self {
            Self::Default => environment_name(key).into_owned(),
            Self::File(_) => key.to_owned(),
            Self::Environment(variable) => variable.clone(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("not set"),
            Self::File(name) => f.write_str(name),
            Self::Environment(_) => f.write_str("environment"),
        }
    }
}
