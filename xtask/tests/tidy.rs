//! The repository keeps its house rules, and each rule can fail.

use std::path::Path;

use xtask::tidy::{SourceFile, Violation, check, read_tree};

fn violations(path: &str, text: &str) -> Vec<Violation> {
    check(&[SourceFile { path: path.to_owned(), text: text.to_owned() }])
}

/// Exactly one rule is broken, at this line, and the advice says this.
#[track_caller]
fn assert_breaks(path: &str, text: &str, line: usize, advice: &str) {
    let found = violations(path, text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].path, path);
    assert_eq!(found[0].line, line);
    assert!(found[0].advice.contains(advice), "{}", found[0]);
}

#[track_caller]
fn assert_passes(path: &str, text: &str) {
    assert_eq!(violations(path, text), []);
}

/// A module of as many lines.
fn module(lines: usize) -> String {
    format!("//! Doc.\n{}", "\n".repeat(lines - 1))
}

#[test]
fn this_repository_is_tidy() {
    let files = read_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
    assert!(files.iter().any(|file| file.path == "xtask/src/lib.rs"), "the tree was not read");
    let found: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_file_of_more_than_400_lines_breaks_the_wall_but_tests_do_not_count() {
    assert_passes("crates/a/src/long.rs", &module(400));
    assert_breaks("crates/a/src/long.rs", &module(401), 401, "401 lines");
    assert_breaks("web/widget/src/long.ts", &module(401), 401, "split it");
    assert_passes(
        "crates/a/src/long.rs",
        &format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", module(400), "\n".repeat(99)),
    );
    assert_passes("crates/a/tests/long.rs", &module(999));
    assert_passes("crates/a/src/made.rs", &format!("//! {}\n{}", concat!("@gene", "rated"), module(999)));
}

#[test]
fn main_has_30_lines_at_most() {
    assert_passes("services/a/src/main.rs", &module(30));
    assert_breaks("services/a/src/main.rs", &module(31), 31, "move the work");
    assert_passes("services/a/tests/api/main.rs", &module(31));
}

#[test]
fn every_module_begins_with_its_doc() {
    assert_passes("crates/a/src/b.rs", "#![no_std]\n\n//! Doc.\n");
    assert_breaks("crates/a/src/b.rs", "use std::fmt;\n", 1, "//!");
    assert_breaks("crates/a/src/b.rs", "", 1, "//!");
}

#[test]
fn names_that_say_nothing_are_refused_for_files_and_directories() {
    assert_breaks("crates/a/src/utils.rs", "//! Doc.\n", 1, "\"utils\"");
    assert_breaks("crates/a/src/common/b.rs", "//! Doc.\n", 1, "\"common\"");
    assert_breaks("web/admin/src/helpers.test.ts", "", 1, "\"helpers\"");
    assert_passes("crates/a/src/commons.rs", "//! Doc.\n");
}

#[test]
fn versions_stand_in_the_root_manifest_only() {
    let manifest = "[package]\nversion = \"1\"\n[dependencies]\na.workspace = true\n";
    assert_passes("crates/a/Cargo.toml", manifest);
    assert_passes("Cargo.toml", "[workspace.dependencies]\nb = \"1\"\n");
    assert_breaks("crates/a/Cargo.toml", &format!("{manifest}b = \"1\"\n"), 5, "workspace = true");
    assert_breaks(
        "crates/a/Cargo.toml",
        "[dev-dependencies]\nb = { version = \"1\" }\n",
        2,
        "root Cargo.toml",
    );
}

#[test]
fn nothing_is_left_for_later() {
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")] {
        assert_breaks("README.md", &format!("a\n{word}: b\n"), 2, "finish it");
        assert_passes("README.md", &format!("a{word}b\n"));
    }
    assert_breaks(
        "crates/a/src/b.rs",
        &format!("//! Doc.\nfn f() {{ {}) }}\n", concat!("to", "do!(")),
        2,
        "finish it",
    );
}

#[test]
fn no_lint_and_no_test_is_silenced() {
    let line = |text: &str| format!("//! Doc.\n{text}\n");
    assert_breaks("crates/a/tests/b.rs", &line(concat!("#[", "ignore]")), 2, "never runs");
    assert_breaks("crates/a/src/b.rs", &line(concat!("#[", "allow(dead_code)]")), 2, "#[expect");
    assert_breaks("crates/a/src/b.rs", &line(concat!("#![", "allow(dead_code)]")), 2, "#![expect");
    assert_passes("crates/a/src/b.rs", &line("#[expect(dead_code, reason = \"x\")]"));
}

#[test]
fn errors_of_queries_are_not_dropped() {
    let dropped = concat!(".unwrap_or_", "default()");
    assert_breaks("crates/store/src/a.rs", &format!("//! Doc.\nlet x = q.await{dropped};\n"), 2, "error");
    assert_breaks(
        "services/a/src/b.rs",
        &format!("//! Doc.\nlet x = q\n    .await\n    {dropped};\n"),
        4,
        "error",
    );
    assert_passes("services/a/src/b.rs", &format!("//! Doc.\nlet x = text.get(1){dropped};\n"));
}

#[test]
fn only_the_settings_read_the_environment() {
    let text = format!("//! Doc.\nlet x = std::{}(\"A\");\n", concat!("env::", "var"));
    assert_breaks("services/a/src/b.rs", &text, 2, "add a setting");
    assert_passes("crates/runtime/src/settings.rs", &text);
    assert_passes("services/a/build.rs", &text);
    assert_passes("services/a/tests/b.rs", &text);
}

#[test]
fn tests_do_not_sleep() {
    let sleep = concat!("tokio::time::sle", "ep(x)");
    let text = format!("//! Doc.\n{sleep}\n");
    assert_breaks("services/a/tests/b.rs", &text, 2, "condition");
    assert_breaks("services/a/src/b.rs", &format!("//! Doc.\n#[cfg(test)]\n{sleep}\n"), 3, "condition");
    assert_passes("services/a/src/b.rs", &text);
}

#[test]
fn no_path_of_one_machine() {
    for path in
        [concat!("/ho", "me/a"), concat!("/ro", "ot/a"), concat!("/Us", "ers/a"), concat!("/wo", "rk/a")]
    {
        assert_breaks("README.md", &format!("see \"{path}\"\n"), 1, "relative");
        assert_passes("README.md", &format!("see https://example.com{path}\n"));
    }
}

#[test]
fn no_registry_host() {
    assert_breaks("web/package-lock.json", concat!("\"https://registry.", "npmjs.org/a\"\n"), 1, "registry");
    assert_breaks("README.md", concat!("arti", "factory\n"), 1, "registry");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let file = |tree: &str, name: &str| SourceFile {
        path: format!("crates/store/migrations/{tree}/{name}/up.sql"),
        text: String::new(),
    };
    let both = [file("postgres", "1_chats"), file("sqlite", "1_chats")];
    assert_eq!(check(&both), []);
    let one = [file("postgres", "1_chats"), file("sqlite", "1_chats"), file("sqlite", "2_users")];
    let found = check(&one);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "crates/store/migrations/postgres/2_users/up.sql");
}
