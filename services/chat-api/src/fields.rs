//! Reads the fields of a request and keeps what is wrong with each, so that a client learns all of it at once.

use std::fmt::Display;

use deskbell_http::Problem;

/// The fields read so far.
#[derive(Default)]
pub(crate) struct FieldReader {
    refused: Vec<(&'static str, String)>,
}

impl FieldReader {
    /// The value of a field that must be there; `None` when it is refused.
    pub(crate) fn required<T, E: Display>(
        &mut self,
        pointer: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        parsed.map_err(|error| self.refused.push((pointer, error.to_string()))).ok()
    }

    /// The value of a field that may be missing, null or blank, as forms leave it.
    pub(crate) fn optional<T, E: Display>(
        &mut self,
        pointer: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        self.required(pointer, parse(text))
    }

    /// Whether nothing was refused.
    pub(crate) fn are_fine(&self) -> bool {
        self.refused.is_empty()
    }

    /// A 422 that names every field that was refused.
    pub(crate) fn into_problem(self) -> Problem {
        let problem = Problem::invalid("some fields are not valid");
        self.refused
            .into_iter()
            .fold(problem, |problem, (pointer, message)| problem.with_field(pointer, message))
    }
}
