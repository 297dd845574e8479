//! House rules as a check: what reviewers would otherwise have to remember.
//!
//! Rules look at names and text only; what needs a parser is clippy's. Each rule is a function over one file (or over
//! all names) and says where it stands and what to do.

mod layout;
mod manifests;
mod text;
mod tree;

use std::fmt;

pub use tree::{SourceFile, read_tree};

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The file, relative to the repository.
    pub path: String,
    /// The line, from 1; 1 when it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do.
    pub advice: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

type FileRule = fn(&SourceFile) -> Vec<Violation>;

/// The rules about one file.
const FILE_RULES: &[FileRule] = &[
    layout::is_short_enough,
    layout::main_is_short,
    layout::begins_with_module_doc,
    layout::has_a_telling_name,
    manifests::takes_versions_from_the_workspace,
    text::leaves_nothing_for_later,
    text::silences_no_lint_and_no_test,
    text::drops_no_query_error,
    text::reads_no_environment,
    text::tests_do_not_sleep,
    text::names_no_machine,
    text::names_no_registry,
];

/// Everything in these files that breaks a rule, in the order of the files.
pub fn check(files: &[SourceFile]) -> Vec<Violation> {
    let mut violations: Vec<Violation> =
        files.iter().flat_map(|file| FILE_RULES.iter().flat_map(|rule| rule(file))).collect();
    violations.extend(layout::migration_trees_match(files));
    violations
}
