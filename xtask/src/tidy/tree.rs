//! The files of the repository, as rules see them.

use std::fs;
use std::io;
use std::path::Path;

use super::Violation;

/// Directories that hold nothing of ours.
const FOREIGN_DIRECTORIES: [&str; 6] = [".git", "target", "node_modules", "dist", "data", "coverage"];

/// A text file of the repository.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the repository, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    pub(super) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(super) fn is_code(&self) -> bool {
        matches!(self.extension(), "rs" | "ts" | "tsx" | "js" | "mjs")
    }

    /// Written by a program, or by a package manager.
    pub(super) fn is_generated(&self) -> bool {
        matches!(self.name(), "Cargo.lock" | "package-lock.json")
            || self.text.lines().take(5).any(|line| line.contains(concat!("@gene", "rated")))
    }

    /// In a directory of tests, or named as one.
    pub(super) fn is_test(&self) -> bool {
        let in_directory = |name: &str| self.path.split('/').rev().skip(1).any(|part| part == name);
        in_directory("tests") || self.name() == "tests.rs" || self.name().contains(".test.")
    }

    /// The lines before the file's own tests.
    pub(super) fn own_lines(&self) -> usize {
        self.text
            .lines()
            .position(|line| line.starts_with("#[cfg(test)]"))
            .unwrap_or(self.text.lines().count())
    }

    pub(super) fn violation(&self, line: usize, advice: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, advice: advice.into() }
    }

    /// One violation for each line that the predicate finds fault with.
    pub(super) fn each_line(&self, advice: &str, is_wrong: impl Fn(usize, &str) -> bool) -> Vec<Violation> {
        self.text
            .lines()
            .enumerate()
            .filter(|(index, line)| is_wrong(*index, line))
            .map(|(index, _)| self.violation(index + 1, advice))
            .collect()
    }
}

/// Reads every text file under `root`, sorted by path.
///
/// # Errors
/// When a directory or file cannot be read.
pub fn read_tree(root: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    read_directory(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_directory(directory: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !FOREIGN_DIRECTORIES.contains(&name.as_str()) {
            read_directory(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file()
            && name != ".env"
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(SourceFile { path, text });
        }
    }
    Ok(())
}
