//! Rules about what stands in files. What is searched for is written in pieces, so that this file passes too.

use super::{SourceFile, Violation};

const LATER: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
const SILENCERS: [(&str, &str); 5] = [
    (concat!("#[", "ignore"), "a test that never runs is none: make it run or delete it"),
    (
        concat!("#[", "allow("),
        "write #[expect(..., reason = \"...\")], which tells when it is no longer needed",
    ),
    (
        concat!("#![", "allow("),
        "write #![expect(..., reason = \"...\")], which tells when it is no longer needed",
    ),
    (concat!("to", "do!("), "nothing is left for later: finish it or leave it out"),
    (concat!("unimple", "mented!("), "nothing is left for later: finish it or leave it out"),
];
const DROPPED: [&str; 2] =
    [concat!(".await.unwrap_or_", "default()"), concat!(".await?.unwrap_or_", "default()")];
const ENVIRONMENT: [&str; 2] = [concat!("env::", "var"), concat!("process.", "env")];
const SLEEP: &str = concat!("sle", "ep(");
const MACHINES: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
const REGISTRIES: [&str; 7] = [
    concat!("registry.", "npmjs"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi.", "org"),
    concat!("python", "hosted"),
    concat!("deb.", "debian.org"),
    concat!("arti", "factory"),
];

/// Who may read the environment: the settings, and code that no installation runs.
const ENVIRONMENT_READERS: [&str; 6] =
    ["crates/runtime/src/settings", "crates/testkit/", "crates/twilio-sim/", "bench/", "tests/", "xtask/"];

pub(super) fn leaves_nothing_for_later(file: &SourceFile) -> Vec<Violation> {
    if file.is_generated() || file.extension() == "svg" {
        return Vec::new();
    }
    file.each_line("nothing is left for later: finish it or leave it out", |_, line| {
        LATER.iter().any(|word| contains_word(line, word))
    })
}

pub(super) fn silences_no_lint_and_no_test(file: &SourceFile) -> Vec<Violation> {
    if file.extension() != "rs" || file.is_generated() {
        return Vec::new();
    }
    SILENCERS
        .iter()
        .flat_map(|(text, advice)| file.each_line(advice, |_, line| line.contains(text)))
        .collect()
}

/// A query's error must not become an empty answer.
pub(super) fn drops_no_query_error(file: &SourceFile) -> Vec<Violation> {
    let asks_database = file.path.starts_with("crates/store/src/") || file.path.starts_with("services/");
    if file.extension() != "rs" || file.is_test() || !asks_database {
        return Vec::new();
    }
    let mut violations = Vec::new();
    let mut flow = String::new();
    for (index, line) in file.text.lines().enumerate() {
        // A chain that goes on in the next line is read as one.
        let line = line.trim();
        if !line.starts_with('.') && !line.starts_with('?') {
            flow.clear();
        }
        flow.push_str(line);
        if DROPPED.iter().any(|text| flow.contains(text)) {
            violations
                .push(file.violation(index + 1, "an error of a query is an error: handle it or pass it on"));
            flow.clear();
        }
    }
    violations
}

pub(super) fn reads_no_environment(file: &SourceFile) -> Vec<Violation> {
    let may = ENVIRONMENT_READERS.iter().any(|reader| file.path.starts_with(reader));
    if file.extension() != "rs" || may || file.name() == "build.rs" || file.is_test() {
        return Vec::new();
    }
    file.each_line("only the settings module reads the environment: add a setting", |_, line| {
        ENVIRONMENT.iter().any(|text| line.contains(text))
    })
}

pub(super) fn tests_do_not_sleep(file: &SourceFile) -> Vec<Violation> {
    if !file.is_code() {
        return Vec::new();
    }
    let tests_from = if file.is_test() { 0 } else { file.own_lines() };
    file.each_line("tests wait on a condition with a deadline, they do not sleep", |index, line| {
        index >= tests_from && contains_word(line, SLEEP)
    })
}

pub(super) fn names_no_machine(file: &SourceFile) -> Vec<Violation> {
    // Inside a container's image a home directory is part of the product.
    if file.path.starts_with("deploy/") {
        return Vec::new();
    }
    file.each_line("a path of one machine: make it relative or a setting", |_, line| {
        MACHINES.iter().any(|text| {
            line.match_indices(text).any(|(at, _)| {
                !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || ".}$".contains(c))
            })
        })
    })
}

pub(super) fn names_no_registry(file: &SourceFile) -> Vec<Violation> {
    file.each_line(
        "a package registry's host: which one is used is each machine's own business",
        |_, line| REGISTRIES.iter().any(|text| line.contains(text)),
    )
}

/// Whether `word` stands in `line` with no letter or digit around it.
fn contains_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let ends_open = word.ends_with('(');
        !line[..at].ends_with(is_part) && (ends_open || !line[at + word.len()..].starts_with(is_part))
    })
}
