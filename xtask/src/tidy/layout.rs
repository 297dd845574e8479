//! Rules about files: their length, their names, their first line.

use std::collections::BTreeSet;

use super::{SourceFile, Violation};

const FILE_LINES_MAX: usize = 400;
const MAIN_LINES_MAX: usize = 30;
const VAGUE_NAMES: [&str; 7] = ["util", "utils", "common", "helper", "helpers", "manager", "misc"];
const MIGRATIONS: [&str; 2] = ["crates/store/migrations/postgres/", "crates/store/migrations/sqlite/"];

pub(super) fn is_short_enough(file: &SourceFile) -> Vec<Violation> {
    let lines = file.own_lines();
    if !file.is_code() || file.is_test() || file.is_generated() || lines <= FILE_LINES_MAX {
        return Vec::new();
    }
    vec![file.violation(
        FILE_LINES_MAX + 1,
        format!("{lines} lines without tests, {FILE_LINES_MAX} is the wall: split it by what it is about"),
    )]
}

pub(super) fn main_is_short(file: &SourceFile) -> Vec<Violation> {
    let lines = file.text.lines().count();
    if file.name() != "main.rs" || file.is_test() || lines <= MAIN_LINES_MAX {
        return Vec::new();
    }
    vec![file.violation(
        MAIN_LINES_MAX + 1,
        format!("{lines} lines in main.rs, {MAIN_LINES_MAX} is the wall: move the work into the library"),
    )]
}

pub(super) fn begins_with_module_doc(file: &SourceFile) -> Vec<Violation> {
    // A module's own tests, moved to a file beside it, are explained by the module.
    if file.extension() != "rs" || file.is_generated() || file.name() == "tests.rs" {
        return Vec::new();
    }
    let first = file.text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("#!["));
    if first.is_some_and(|line| line.starts_with("//!")) {
        return Vec::new();
    }
    vec![file.violation(1, "begin the module with //!: what it owns and what it refuses")]
}

pub(super) fn has_a_telling_name(file: &SourceFile) -> Vec<Violation> {
    if !file.is_code() {
        return Vec::new();
    }
    let stems = file.path.split('/').map(|part| part.split_once('.').map_or(part, |(stem, _)| stem));
    let vague = stems.into_iter().find(|stem| VAGUE_NAMES.contains(stem));
    vague
        .map(|stem| file.violation(1, format!("{stem:?} says nothing: name it after what it is about")))
        .into_iter()
        .collect()
}

/// Both back ends have the migrations of the same names.
pub(super) fn migration_trees_match(files: &[SourceFile]) -> Vec<Violation> {
    let names = |tree: &str| -> BTreeSet<&str> {
        files.iter().filter_map(|file| file.path.strip_prefix(tree)).collect()
    };
    let [postgres, sqlite] = MIGRATIONS;
    let (in_postgres, in_sqlite) = (names(postgres), names(sqlite));
    let missing = |there: &str, name: &str, here: &str| Violation {
        path: format!("{there}{name}"),
        line: 1,
        advice: format!("missing: {here}{name} exists, and both trees have the same migrations"),
    };
    let for_sqlite = in_postgres.difference(&in_sqlite).map(|name| missing(sqlite, name, postgres));
    let for_postgres = in_sqlite.difference(&in_postgres).map(|name| missing(postgres, name, sqlite));
    for_sqlite.chain(for_postgres).collect()
}
