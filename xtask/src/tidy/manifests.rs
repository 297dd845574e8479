//! Rules about Cargo manifests.

use super::{SourceFile, Violation};

pub(super) fn takes_versions_from_the_workspace(file: &SourceFile) -> Vec<Violation> {
    if file.name() != "Cargo.toml" || file.path == "Cargo.toml" {
        return Vec::new();
    }
    let mut in_dependencies = false;
    let mut violations = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]");
        } else if in_dependencies
            && line.contains('=')
            && !line.starts_with('#')
            && !line.contains("workspace = true")
        {
            violations.push(file.violation(
                index + 1,
                "write `name.workspace = true`: versions stand in the root Cargo.toml only",
            ));
        }
    }
    violations
}
